"""Tests of the double of OVH."""
