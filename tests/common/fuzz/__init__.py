"""The differential test machine: random worlds and command lines, on which rsync and arsync must agree."""
