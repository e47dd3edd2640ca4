"""The option turns a change in place into a replacement, for a property, a nested one and any."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Thing


def _declare(text: str, *, size: int) -> None:
    first = Thing("first", {"value": text, "other": size}, ResourceOptions(replace_on_changes=["value"]))
    settings = {"inner": {"size": size}, "text": text}
    opts = ResourceOptions(replace_on_changes=["settings.inner.size"], depends_on=[first])
    second = Thing("second", {"settings": settings}, opts)
    opts = ResourceOptions(replace_on_changes=["*"], delete_before_replace=True, depends_on=[second])
    third = Thing("third", {"value": text}, opts, kind="simple:index:Plain")
    opts = ResourceOptions(replace_on_changes=["value"], depends_on=[first, third])
    Thing("fourth", {"value": text}, opts, kind="simple:index:Blind")


def main() -> None:
    """Declare the resources as they are first."""
    _declare("a", size=1)


def size_changed() -> None:
    """Change the size only."""
    _declare("a", size=2)


def text_changed() -> None:
    """Change the text only."""
    _declare("b", size=2)
