"""Vault before it serves."""
