"""A double of Cloudflare: tokens, zones and R2, as far as the components use them."""
