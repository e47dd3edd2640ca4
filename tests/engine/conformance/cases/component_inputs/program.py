"""Inputs of a component are in the state, secrets marked; a change of them alone is an update that nobody is asked."""

from pulumi import Output, ResourceOptions, export

from tests.engine.conformance.things import Group, Thing


def _declare(text: str, *, replace: str) -> None:
    source = Thing("source", {"value": "s", "replace": replace})
    inputs = {
        "text": text,
        "secret": Output.secret(text),
        "token": source.token,
        "none": None,
        "list": [1, {"a": text}],
    }
    group = Group("group", inputs=inputs)
    child = Thing("child", {"value": "fixed"}, ResourceOptions(parent=group))
    group.register_outputs({"child": child.token, "token": source.token})
    export("child", child.token)


def main() -> None:
    """Declare a component with inputs."""
    _declare("a", replace="a")


def changed() -> None:
    """Change the inputs."""
    _declare("b", replace="a")


def unknown() -> None:
    """Make one unknown in the preview."""
    _declare("b", replace="b")
