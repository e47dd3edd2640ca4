"""Tests of the process that talks to the machines."""
