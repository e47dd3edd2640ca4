"""Backups of the machines: made by their units, proved by the verb, refused when damaged."""
