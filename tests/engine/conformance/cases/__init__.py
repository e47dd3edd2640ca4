"""The cases, one folder each."""
