"""PostgreSQL objects, read and made exact by plain SQL. Nothing here knows Pulumi."""
