"""Tests of the verbs `./factory hosts`."""
