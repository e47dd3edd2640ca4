"""The stack `main` on throw-away servers and doubles."""
