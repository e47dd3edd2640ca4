"""Servers on loopback that stand in for the APIs of clouds, as strict as those, with faults when they are told."""
