"""The error that is shown to the operator as it stands."""


class FactoryError(Exception):
    """A fault whose text is complete: what was expected, what was found, which command helps."""
