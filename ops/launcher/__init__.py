"""What ./factory runs before any package is installed: standard library only."""
