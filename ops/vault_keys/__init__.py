"""Vault's keys, by hand."""
