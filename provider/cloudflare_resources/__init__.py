"""What a program declares at Cloudflare with our own provider."""
