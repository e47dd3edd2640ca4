"""Tests of the launcher, the checks and the verbs that keep the project in order."""
