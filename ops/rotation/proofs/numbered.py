"""The names that all generations of one purpose have."""

import re


def numbered(purpose: str, name: str) -> bool:
    """Tell whether *name* is the one of any generation of *purpose*: the purpose, a hyphen and a number."""
    return re.fullmatch(rf"{re.escape(purpose)}-\d+", name) is not None
