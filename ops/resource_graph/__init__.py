"""The resource graph of a stack as one picture."""
