"""Resources of ours at OVH, as components declare them."""
