"""Tests of the guidebook."""
