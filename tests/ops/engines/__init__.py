"""Tests of what the verbs that run a stack say."""
