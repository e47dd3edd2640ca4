"""What the cluster is given."""
