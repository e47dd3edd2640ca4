"""Stand-in for the official package `vault`: the real API of a real server."""
