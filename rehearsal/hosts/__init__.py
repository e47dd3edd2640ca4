"""The stack `hosts` on machines of the rehearsal."""
