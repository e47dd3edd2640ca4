"""How the operator's own programs reach the cluster."""
