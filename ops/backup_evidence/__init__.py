"""What proves that a backup can be restored, and what is missing."""
