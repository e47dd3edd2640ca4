"""What the exit code of a verb means."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The answer of a verb to the program that started it."""

    DONE = 0
    """The verb did what it was asked."""

    NOT_SO = 1
    """The thing checked is not so: a check failed, drift was found, a plan was refused."""

    WRONG_USE = 2
    """The command line was wrong."""

    LACKING = 3
    """The environment lacks something; its name and the command that installs it were printed."""
