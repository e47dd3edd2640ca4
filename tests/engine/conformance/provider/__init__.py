"""A provider that does what a case tells it to and writes down every call it gets."""
