"""Tests of the rules of the gate."""
