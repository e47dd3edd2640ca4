"""The error that leaves open whether something was done."""

from provider.factory_error import FactoryError


class LostAnswerError(FactoryError):
    """A request was sent and its answer was lost: the server may have done it, or not."""
