"""URNs: `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`, and references to providers."""

from typing import Final, NamedTuple

STACK_TYPE: Final = "pulumi:pulumi:Stack"
PROVIDER_PREFIX: Final = "pulumi:providers:"


class Urn(NamedTuple):
    """The parts of a URN; `types` is the parents' types and the own one, joined by `$`."""

    stack: str
    project: str
    types: str
    name: str

    @property
    def type(self) -> str:
        """The resource's own type."""
        return self.types.rpartition("$")[2]

    def __str__(self) -> str:
        """Return the URN as text."""
        return f"urn:pulumi:{self.stack}::{self.project}::{self.types}::{self.name}"


def split(urn: str) -> Urn:
    """Return the parts of *urn*.

    Raises:
        ValueError: it is no URN.

    """
    parts = urn.removeprefix("urn:pulumi:").split("::", 3)
    if not urn.startswith("urn:pulumi:") or len(parts) != len(Urn._fields):
        raise ValueError(f"expected a URN such as urn:pulumi:<stack>::<project>::<type>::<name>, found {urn!r}")
    return Urn(*parts)


def make(*, stack: str, project: str, parent: str, kind: str, name: str) -> str:
    """Return the URN of a resource of type *kind* below *parent* (a URN, or empty)."""
    types = kind
    if parent:
        above = split(parent).types
        if above != STACK_TYPE:
            types = f"{above}${kind}"
    return str(Urn(stack, project, types, name))


def is_stack(urn: str) -> bool:
    """Tell whether *urn* is the root of a stack."""
    return bool(urn) and split(urn).types == STACK_TYPE


def is_provider(kind: str) -> bool:
    """Tell whether *kind* is the type of a provider resource."""
    return kind.startswith(PROVIDER_PREFIX)


def package(kind: str) -> str:
    """Return the package that serves the type *kind*; of a provider's type, the provider's own package."""
    return kind.removeprefix(PROVIDER_PREFIX) if is_provider(kind) else kind.partition(":")[0]


def provider_urn(reference: str) -> str:
    """Return the URN in a provider reference `<urn>::<id>`."""
    return reference.rpartition("::")[0]
