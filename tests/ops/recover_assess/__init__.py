"""Tests of what is advised."""
