"""Tests of our resources at OVH."""
