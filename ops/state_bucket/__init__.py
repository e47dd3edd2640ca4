"""A stack's state in a bucket of Google: its locks, and that nobody else writes it."""
