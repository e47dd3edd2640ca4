"""The verb `cluster`."""
