"""There is no token that says who a workflow is."""


class NoIdentityError(Exception):
    """Nothing here gives a token; the message says what is missing, or what the forge said."""
