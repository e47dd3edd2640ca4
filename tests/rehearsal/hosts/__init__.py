"""The rehearsal of the stack `hosts`."""
