"""Tests of what the machines are given."""
