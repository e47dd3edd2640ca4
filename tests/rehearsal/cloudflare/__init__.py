"""The components of Cloudflare end to end."""
