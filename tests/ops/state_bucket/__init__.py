"""Tests of a state in a bucket of Google."""
