"""Components: one thing each, with everything it needs to be right."""
