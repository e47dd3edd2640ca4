"""Resources of ours at Google, as components declare them."""
