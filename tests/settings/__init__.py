"""Tests of the settings: one file per case."""
