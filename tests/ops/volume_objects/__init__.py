"""Tests of the objects of volumes."""
