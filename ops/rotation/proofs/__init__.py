"""How each kind of credential is tried."""
