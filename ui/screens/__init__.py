"""The app's screens, one file each: get, ask, draw."""
