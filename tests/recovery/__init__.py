"""Tests of what brings data back."""
