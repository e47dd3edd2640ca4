"""URNs and references to providers."""

import pytest

from engine.urn import Urn, is_provider, is_stack, make, package, provider_urn, split

STACK = "urn:pulumi:lab::factory::pulumi:pulumi:Stack::factory-lab"
APP = "urn:pulumi:lab::factory::factory:postgres:AppDatabase::erp"
CHILD = "urn:pulumi:lab::factory::factory:postgres:AppDatabase$postgresql:index/role:Role::erp"


@pytest.mark.parametrize(
    ("urn", "parts", "kind"),
    [
        (STACK, ("lab", "factory", "pulumi:pulumi:Stack", "factory-lab"), "pulumi:pulumi:Stack"),
        (
            CHILD,
            ("lab", "factory", "factory:postgres:AppDatabase$postgresql:index/role:Role", "erp"),
            "postgresql:index/role:Role",
        ),
        (
            "urn:pulumi:lab::factory::a:b:C::name::with::colons",
            ("lab", "factory", "a:b:C", "name::with::colons"),
            "a:b:C",
        ),
    ],
)
def test_split(urn: str, parts: tuple[str, str, str, str], kind: str) -> None:
    """A URN falls into its four parts, the last type is its own, and it can be put together again."""
    found = split(urn)

    assert found == Urn(*parts)
    assert found.type == kind
    assert str(found) == urn


@pytest.mark.parametrize("text", ["", "urn:pulumi:lab", "urn:pulumi:lab::factory::a:b:C", "lab::factory::a:b:C::x"])
def test_split_refuses(text: str) -> None:
    """What is no URN is refused with an example."""
    with pytest.raises(ValueError, match="expected a URN such as urn:pulumi:<stack>"):
        split(text)


@pytest.mark.parametrize(
    ("parent", "urn"),
    [
        ("", "urn:pulumi:lab::factory::a:b:C::x"),
        (STACK, "urn:pulumi:lab::factory::a:b:C::x"),
        (APP, "urn:pulumi:lab::factory::factory:postgres:AppDatabase$a:b:C::x"),
        (CHILD, "urn:pulumi:lab::factory::factory:postgres:AppDatabase$postgresql:index/role:Role$a:b:C::x"),
    ],
)
def test_make(parent: str, urn: str) -> None:
    """A parent's types stand before the own one, except for the stack's."""
    assert make(stack="lab", project="factory", parent=parent, kind="a:b:C", name="x") == urn


def test_kinds() -> None:
    """Stacks and providers are told from the rest."""
    assert [is_stack(urn) for urn in (STACK, APP, "")] == [True, False, False]
    assert [is_provider(kind) for kind in ("pulumi:providers:random", "random:index:Password")] == [True, False]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("postgresql:index/role:Role", "postgresql"),
        ("pulumi:providers:random", "random"),
        ("pulumi:pulumi:Stack", "pulumi"),
    ],
)
def test_package(kind: str, name: str) -> None:
    """The package of a type is its first word; a provider's is its own."""
    assert package(kind) == name


def test_provider_urn() -> None:
    """A reference is a URN and an id."""
    urn = "urn:pulumi:lab::factory::pulumi:providers:random::default"

    assert provider_urn(f"{urn}::1b9d6bcd") == urn
