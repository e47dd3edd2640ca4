"""A stack with the Vault components alone."""
