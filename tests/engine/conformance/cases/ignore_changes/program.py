"""Ignored properties keep their old value, at any depth; other changes go through."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing

IGNORED = ["value", "settings.size", "settings.tags[0]", "settings.inner.deep", "absent"]


def _declare(text: str) -> None:
    settings = {"size": len(text), "tags": [text, text], "inner": {"deep": text, "seen": text}}
    first = Thing(
        "first", {"value": text, "settings": settings, "other": text}, ResourceOptions(ignore_changes=IGNORED)
    )
    Thing("second", {"value": first.echo, "replace": text}, ResourceOptions(ignore_changes=["replace"]))


def main() -> None:
    """Declare the resources as they are first."""
    _declare("a")


def changed() -> None:
    """Change everything."""
    _declare("bbbb")


def gone() -> None:
    """Leave ignored properties out."""
    first = Thing("first", {"settings": {"inner": {}}, "other": "bbbb"}, ResourceOptions(ignore_changes=IGNORED))
    Thing("second", {"value": first.echo}, ResourceOptions(ignore_changes=["*"]))
