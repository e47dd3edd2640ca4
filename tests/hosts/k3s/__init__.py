"""k3s on hosts."""
