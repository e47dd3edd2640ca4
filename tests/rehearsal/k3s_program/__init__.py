"""Tests of the stand-in for k3s, as far as values tell."""
