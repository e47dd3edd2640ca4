"""Tests of the layers of machines as resources."""
