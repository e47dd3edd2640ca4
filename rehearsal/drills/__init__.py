"""Disasters on throw-away machines, and the runbook that leads out of each."""
