"""Tests of our own operations, on this machine."""
