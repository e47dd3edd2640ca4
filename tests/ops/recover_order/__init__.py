"""Tests of the order in which things come back."""
