"""What changed behind our back, over all stacks, and the one issue that says so."""
