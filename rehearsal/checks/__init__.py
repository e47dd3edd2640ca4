"""The checks of a rehearsal, one subject per file."""
