"""What proves a backup, as values."""
