"""OVH's API, and the one resource type of ours on it."""
