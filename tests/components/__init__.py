"""Tests of the components: what a program declares."""
