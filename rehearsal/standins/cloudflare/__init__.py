"""Stand-in for the official package `cloudflare`."""
