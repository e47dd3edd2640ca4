"""OVH's API, as far as the lab uses it."""
