"""A program that raises in the middle has failed: what was declared before is kept, nothing is deleted."""

from pulumi import Output, export

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a chain."""
    first = Thing("first", {"value": "one"})
    Thing("second", {"value": first.token})


def raising() -> None:
    """Raise before anything is declared."""
    raise ValueError("the settings are wrong")


def raising_late() -> None:
    """Raise once a new resource exists."""
    new = Thing("new", {"value": "n"})

    def refuse(token: str) -> str:
        raise ValueError(f"cannot use {token!r}")

    export("token", new.token.apply(refuse))


def raising_in_input() -> None:
    """Raise while an input is computed; its resource is never registered."""

    def refuse(_: str) -> str:
        raise ValueError("no such thing")

    Thing("never", {"value": Output.from_input("x").apply(refuse)})
