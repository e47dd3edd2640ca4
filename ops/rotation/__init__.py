"""Renewing a credential: where it stands, what comes next, and the proofs."""
