"""One conformance case."""
