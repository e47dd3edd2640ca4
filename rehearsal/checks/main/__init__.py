"""The checks of the stack `main`."""
