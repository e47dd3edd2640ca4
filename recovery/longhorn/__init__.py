"""Longhorn volumes from the raw folders of their replicas, without Longhorn."""
