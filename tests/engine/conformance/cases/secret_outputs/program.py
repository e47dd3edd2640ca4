"""Outputs that the provider itself marks as secret stay so, from every call, whatever it said about secrets."""

from pulumi import export

from tests.engine.conformance.things import Thing


def _declare(text: str) -> None:
    first = Thing("first", {"value": text, "hide": True})
    second = Thing("second", {"value": first.token, "hide": True}, kind="keeper:index:Thing")
    third = Thing("third", {"value": second.token, "hide": True}, kind="other:index:Thing")
    export("token", third.token)


def main() -> None:
    """Declare one of each package."""
    _declare("a")


def changed() -> None:
    """Change the first."""
    _declare("b")
