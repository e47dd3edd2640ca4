"""Tests of what doctor says about a machine."""
