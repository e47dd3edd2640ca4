"""Tests of the checks of credentials."""
