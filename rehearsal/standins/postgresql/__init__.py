"""Stand-in for the official package `postgresql`: real SQL on a real server."""
