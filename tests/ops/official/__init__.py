"""Tests of how the official CLI is run and read."""
