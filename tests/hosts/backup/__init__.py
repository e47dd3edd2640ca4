"""Backups of machines, and what proves them."""
