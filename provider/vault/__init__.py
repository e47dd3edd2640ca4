"""Vault's HTTP API; nothing here knows Pulumi."""
