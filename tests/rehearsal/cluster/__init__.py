"""Tests of the checks of the cluster."""
