"""Tests of how pins are filled, against a publisher on this machine."""
