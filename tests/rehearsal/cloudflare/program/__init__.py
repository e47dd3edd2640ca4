"""A stack with the components of Cloudflare alone."""
