"""The resources that the programs of the cases are made of."""

from collections.abc import Mapping

import pulumi

Inputs = Mapping[str, pulumi.Input[object] | None]


class Thing(pulumi.CustomResource):
    """A resource of the recording provider.

    Of its inputs `replace` and `dbr` ask for a replacement when they change (`dbr` with the delete first), `takes` is
    the number of seconds it needs, `hide` makes the provider return `token` as a secret; all others change in place.
    """

    echo: pulumi.Output[str]
    """The provider's copy of `value`."""

    token: pulumi.Output[str]
    """Made by the provider, not known before."""

    def __init__(
        self, name: str, inputs: Inputs, opts: pulumi.ResourceOptions | None = None, *, kind: str = "simple:index:Thing"
    ) -> None:
        """Declare it with *inputs*; *kind* is one of the types that the provider describes."""
        super().__init__(kind, name, {"echo": None, "token": None, **inputs}, opts)


class Provider(pulumi.ProviderResource):
    """A provider of one of the packages `simple`, `keeper` and `other`."""

    def __init__(
        self, name: str, inputs: Inputs, opts: pulumi.ResourceOptions | None = None, *, package: str = "simple"
    ) -> None:
        """Declare it with *inputs*; another `replace` means another provider."""
        super().__init__(package, name, dict(inputs), opts)


class Group(pulumi.ComponentResource):
    """A component that holds whatever is declared with it as parent."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, *, inputs: Inputs | None = None) -> None:
        """Declare an empty group; the program closes it with `register_outputs`."""
        super().__init__("conformance:index:Group", name, dict(inputs or {}), opts)
