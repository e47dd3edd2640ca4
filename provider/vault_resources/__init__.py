"""The resources in Vault, as the components declare them, one file each."""
