"""Tests of the renewal of credentials."""
