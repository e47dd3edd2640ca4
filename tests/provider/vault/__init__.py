"""Our own resources in Vault."""
