"""Tests of locks that are taken away."""
