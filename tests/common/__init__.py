"""What the black-box suites share. Nothing here knows how arsync works inside."""
