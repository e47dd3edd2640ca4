"""Stand-in for the official package `random`."""
