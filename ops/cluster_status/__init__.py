"""Whether the cluster is as it was declared."""
