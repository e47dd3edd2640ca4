"""Tests of the native provider and the production guard."""
