"""The way out of the middle of a check."""

from ops.credentials.finding import Finding, State


class UnusableError(Exception):
    """The credential cannot be used as it is; the text never holds it."""

    def __init__(self, state: State, found: str, *, helps: str) -> None:
        """Say how it is, what was found and what helps."""
        super().__init__(f"{found}. {helps}")
        self.state = state
        self.found = found
        self.helps = helps

    def finding(self, name: str) -> Finding:
        """Return the finding about the credential *name*."""
        return Finding(name=name, state=self.state, found=self.found, helps=self.helps)
