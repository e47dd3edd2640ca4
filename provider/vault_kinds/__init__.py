"""The resource types `factory:vault:*`, one file each."""
