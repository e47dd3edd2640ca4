"""What the cluster is given, on a machine."""
