"""Outputs of components, of nested ones and of one that registers none, with secrets; and a changed output alone."""

from pulumi import Output, ResourceOptions, export

from tests.engine.conformance.things import Group, Thing


def _declare(text: str) -> None:
    outer = Group("outer")
    inner = Group("inner", ResourceOptions(parent=outer))
    child = Thing("child", {"value": "one"}, ResourceOptions(parent=inner))
    inner.register_outputs({"text": text, "secret": Output.secret(text), "none": None, "list": [1, None, {}]})
    outer.register_outputs({"token": child.token})
    empty = Group("empty", ResourceOptions(parent=outer, depends_on=[child]))
    empty.register_outputs({})
    export("group", outer)
    export("resource", child)
    export("text", text)


def main() -> None:
    """Declare components with outputs."""
    _declare("a")


def changed() -> None:
    """Change only an output."""
    _declare("b")
