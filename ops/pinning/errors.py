"""Why a pin could not be filled."""


class PinError(Exception):
    """A pin that cannot be filled; the text names the address and what was expected there."""


class UnreachableError(PinError):
    """The publisher cannot be reached from here: the pin stays as it is."""
