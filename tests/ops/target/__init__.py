"""Tests of the one place that says whether production is meant."""
