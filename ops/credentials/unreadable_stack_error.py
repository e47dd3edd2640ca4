"""The error of a stack file that says too little."""

from provider.factory_error import FactoryError


class UnreadableStackError(FactoryError):
    """The file of the stack is not there, or its settings are refused."""
