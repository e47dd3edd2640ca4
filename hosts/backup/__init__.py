"""What the hosts back up, and the two programs that do it."""
