"""What the cluster is given as manifests: settings in, Kubernetes objects out."""
