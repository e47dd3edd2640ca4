"""Stand-in for the official package `gcp`."""
