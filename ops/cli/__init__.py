"""How verbs are found, started and ended."""
