"""What the operator's own machine has and lacks."""
