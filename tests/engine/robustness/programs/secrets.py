"""Declares secrets in every place where a program can have them."""

import pulumi

from tests.engine.robustness.programs.declared import Item

SECRET = 'the "inner" \\ wörd of the shelf'  # noqa: S105  # it protects nothing, it is searched for
"""The value that must be found nowhere; JSON has to escape three of its characters."""

DRIFTED = 'a "changed" \\ wörd of the shelf'
"""What the secret is after somebody changed it by hand."""

OPTIONS = pulumi.ResourceOptions(additional_secret_outputs=["revealed"])


def main() -> None:
    """Declare secrets in inputs, at depth, in lists, in outputs, and behind `ignore_changes`."""
    secret = pulumi.Output.secret(SECRET)
    nested = Item("nested", {"name": "nested", "deep": {"list": [{"key": secret}, "plain"]}})
    whole = Item("whole", {"name": "whole", "hidden": secret, "note": nested.issued}, OPTIONS)
    ignored = pulumi.ResourceOptions(ignore_changes=["deep.key", "hidden"], additional_secret_outputs=["revealed"])
    Item("ignored", {"name": "ignored", "hidden": secret, "deep": {"key": secret, "other": "x"}}, ignored)
    pulumi.export("plain", whole.issued)
    pulumi.export("secret", secret)
    pulumi.export("inside", {"list": [secret]})


def changed() -> None:
    """Change what is beside each secret, and what is ignored."""
    secret = pulumi.Output.secret(SECRET)
    Item("nested", {"name": "nested", "deep": {"list": [{"key": secret}, "changed"]}})
    Item("whole", {"name": "whole-2", "hidden": secret, "note": "changed"}, OPTIONS)
    other = pulumi.Output.secret(f"{SECRET} too")
    ignored = pulumi.ResourceOptions(ignore_changes=["deep.key", "hidden"], additional_secret_outputs=["revealed"])
    Item("ignored", {"name": "ignored", "hidden": other, "deep": {"key": other, "other": "y"}}, ignored)
    pulumi.export("secret", other)


def imported() -> None:
    """Take over an object that holds the secret in plain."""
    secret = pulumi.Output.secret(SECRET)
    options = pulumi.ResourceOptions(import_="whole", additional_secret_outputs=["revealed"])
    Item("whole", {"name": "whole", "hidden": secret, "note": "taken"}, options)


def imported_elsewhere() -> None:
    """Take over an object that does not fit."""
    options = pulumi.ResourceOptions(import_="whole", additional_secret_outputs=["revealed"])
    Item("whole", {"name": "whole", "hidden": pulumi.Output.secret("something else"), "note": "taken"}, options)
