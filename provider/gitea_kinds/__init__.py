"""The resource types `factory:gitea:*`, one file each."""
