"""What is unknown in a preview stays unknown through a component's outputs, in parts of values and in text."""

from pulumi import Output, ResourceOptions, export

from tests.engine.conformance.things import Group, Thing


class _Pair(Group):
    def __init__(self, name: str, value: Output[str]) -> None:
        super().__init__(name)
        one = Thing(f"{name}-one", {"value": value}, ResourceOptions(parent=self))
        two = Thing(f"{name}-two", {"value": one.token, "known": "yes"}, ResourceOptions(parent=self))
        self.token = two.token
        self.register_outputs({"token": two.token, "echo": one.echo, "fixed": 3})


def _declare(text: str) -> None:
    pair = _Pair("pair", Output.from_input(text))
    settings = {"list": ["a", pair.token], "text": Output.concat("x-", pair.token), "n": 1}
    Thing("last", {"settings": settings, "value": pair.token.apply(len)})
    export("token", pair.token)
    export("mixed", {"known": 1, "unknown": pair.token})


def main() -> None:
    """Declare a component and a resource that uses its output."""
    _declare("v")


def changed() -> None:
    """Change what goes into the component."""
    _declare("w")
