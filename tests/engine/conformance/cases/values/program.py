"""Values of every shape come through unchanged: numbers, nothing, empty, nested, other scripts."""

from pulumi import export

from tests.engine.conformance.things import Thing


def main() -> None:
    """Declare a resource with all of them."""
    first = Thing(
        "first",
        {
            "value": 'ünïcödé \u2713 \n tab\t quote" <&> \\',
            "zero": 0,
            "number": 1.5,
            "big": 12345678901,
            "no": False,
            "none": None,
            "empty": "",
            "list": [],
            "object": {},
            "nested": [{"a": [1, None, [True]], "b": None}, {}, "x"],
            "dotted.key": {"an other": 1, 'quo"ted': 2},
        },
    )
    Thing("second", {"value": first.echo})
    export("none", None)
    export("list", [1, {"a": None}])


def changed() -> None:
    """Change keys with dots, spaces and quotes, and elements of lists."""
    first = Thing(
        "first",
        {
            "value": "x",
            "zero": False,
            "number": 1.25,
            "list": [1],
            "object": {"a": 1},
            "nested": [{"a": [1, None, [False]]}, "x"],
            "dotted.key": {"an other": 2, 'quo"ted': 3},
        },
        kind="simple:index:Thing",
    )
    Thing("second", {"value": first.echo})
