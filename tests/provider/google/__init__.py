"""Tests of our resources at Google."""
