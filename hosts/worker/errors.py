"""What can go wrong with a machine, in the words that the operator reads."""


class WorkerError(Exception):
    """A request that failed; the text says on which machine, what was expected and what helps."""


class UnreachableError(WorkerError):
    """No connection, or it broke: nothing is known of the machine."""


class CancelledError(WorkerError):
    """The request was stopped after the operation that was under way."""
