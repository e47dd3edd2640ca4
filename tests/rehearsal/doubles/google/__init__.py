"""Tests of the double of Google."""
