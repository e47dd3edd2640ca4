"""The stand-in for the image of PgBouncer."""
