"""A stack with the components at OVH and Google alone."""
