"""Declares what `declared.json` in the project's folder lists."""

import json
from collections.abc import Mapping
from pathlib import Path

import pulumi

WISHES = "declared.json"
"""The file: a list of objects with `resource`, `kind`, `name`, `value`, and where wanted `above` and `first`."""


class Item(pulumi.CustomResource):
    """An object on the shelf."""

    issued: pulumi.Output[str]
    """Made by the provider."""

    def __init__(
        self,
        resource: str,
        inputs: Mapping[str, pulumi.Input[object]],
        opts: pulumi.ResourceOptions | None = None,
        *,
        kind: str = "Named",
    ) -> None:
        """Declare it; *kind* is `Named` or `Numbered`."""
        super().__init__(f"shelf:index:{kind}", resource, {"issued": None, **inputs}, opts)


def main() -> None:
    """Declare all; `above` names the resource whose output is an input, `first` asks to delete before a replacement."""
    items: dict[str, Item] = {}
    for wish in json.loads(Path(WISHES).read_text()):
        inputs: dict[str, pulumi.Input[object]] = {"name": wish["name"], "value": wish["value"]}
        if wish.get("above"):
            inputs["above"] = items[wish["above"]].issued
        options = pulumi.ResourceOptions(delete_before_replace=bool(wish.get("first")))
        items[wish["resource"]] = Item(wish["resource"], inputs, options, kind=wish["kind"])
