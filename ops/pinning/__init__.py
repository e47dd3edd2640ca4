"""How open pins are filled from their publishers."""
