"""Measures arsync against other copy programs. Entry point: ../bench.py; how to read it: ../README.md."""
