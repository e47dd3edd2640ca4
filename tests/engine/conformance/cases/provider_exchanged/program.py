"""A resource handed to another provider: the new one's DiffConfig decides, not its name."""

from pulumi import ResourceOptions

from tests.engine.conformance.things import Provider, Thing


def _declare(used: str) -> None:
    providers = {name: Provider(name, settings) for name, settings in _PROVIDERS.items()}
    Thing("first", {"value": "one"}, ResourceOptions(provider=providers[used]))


_PROVIDERS = {"one": {"value": "x"}, "same": {"value": "x"}, "near": {"value": "y"}, "far": {"replace": "z"}}


def main() -> None:
    """Use the first provider."""
    _declare("one")


def same() -> None:
    """Use one with the same configuration."""
    _declare("same")


def near() -> None:
    """Use one whose configuration differs in a way that needs no replacement."""
    _declare("near")


def far() -> None:
    """Use one whose configuration asks for a replacement."""
    _declare("far")


def default() -> None:
    """Use none: the default provider takes over."""
    for name, settings in _PROVIDERS.items():
        Provider(name, settings)
    Thing("first", {"value": "one"})
