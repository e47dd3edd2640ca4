"""Stand-in for the official package `ovh`."""
