"""Vault: the server, its stand-in provider, and the components on both."""
