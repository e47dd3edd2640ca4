"""Tokens of Cloudflare, whose value is told once."""
