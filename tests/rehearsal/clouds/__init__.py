"""Tests of the components at OVH and Google."""
