"""The gate: what a plan is, what its digest binds, and what may be applied."""
