"""Checks of the stack `hosts` on the machines of a rehearsal."""
