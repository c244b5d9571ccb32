"""Doors for the command line: each is `python -m scripts.NAME --help`."""
