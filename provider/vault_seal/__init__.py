"""Vault before it serves: initialised exactly once, unsealed on demand."""
