"""The gate does not let something pass."""


class RefusedError(Exception):
    """The gate refuses; the text says why, and what to do."""
