"""The order in which things are deleted."""

import pytest

from engine.graph import deletion_order, depending_on
from engine.state import Resource


def _resource(name: str, *needs: str, parent: str = "", custom: bool = True, delete: bool = False) -> Resource:
    return Resource(
        urn=_urn(name),
        type="a:b:C",
        custom=custom,
        dependencies=[_urn(need) for need in needs],
        parent=_urn(parent) if parent else "",
        delete=delete,
        id="old" if delete else "",
    )


def _urn(name: str) -> str:
    return f"urn:pulumi:lab::factory::a:b:C::{name}"


def _names(groups: list[list[Resource]]) -> list[list[str]]:
    return [[item.urn.rpartition("::")[2] + (" old" if item.delete else "") for item in group] for group in groups]


_CHAIN = [_resource("a"), _resource("b", "a"), _resource("c", "b")]
_TREE = [_resource("group", custom=False), _resource("in", parent="group"), _resource("user", "group")]


@pytest.mark.parametrize(
    ("resources", "condemned", "groups"),
    [
        ([], [], []),
        (_CHAIN, "abc", [["c"], ["b"], ["a"]]),
        (_CHAIN, "ac", [["c", "a"]]),
        ([_resource("a"), _resource("b")], "ab", [["b", "a"]]),
        (
            [_resource("a"), _resource("b", "a"), _resource("c", "a"), _resource("d", "b", "c")],
            "abcd",
            [["d"], ["c", "b"], ["a"]],
        ),
        ([_resource("a"), _resource("b", parent="a")], "ab", [["b"], ["a"]]),
        (_TREE, ["group", "in", "user"], [["user"], ["in"], ["group"]]),
        ([_resource("a", delete=True), _resource("a"), _resource("b")], "ab", [["a old", "b", "a"]]),
    ],
)
def test_deletion_order(resources: list[Resource], condemned: str | list[str], groups: list[list[str]]) -> None:
    """Dependents go before what they need, what is inside a component before what needs it goes after, newest first."""
    chosen = [item for item in resources if item.urn.rpartition("::")[2] in condemned]

    assert _names(deletion_order(resources, chosen)) == groups


def test_providers_go_last() -> None:
    """What a provider serves is gone before the provider."""
    provider = Resource(urn="urn:pulumi:l::p::pulumi:providers:a::x", type="pulumi:providers:a", custom=True, id="1")
    served = _resource("a")
    served.provider = f"{provider.urn}::1"

    assert deletion_order([provider, served], [provider, served]) == [[served], [provider]]


@pytest.mark.parametrize(("root", "ignored", "found"), [("a", "", "bc"), ("b", "", "c"), ("c", "", ""), ("a", "b", "")])
def test_depending_on(root: str, ignored: str, found: str) -> None:
    """Dependents are found through others, unless one on the way is to be ignored."""
    [start] = [item for item in _CHAIN if item.urn == _urn(root)]

    dependents = depending_on(_CHAIN, start, {_urn(name) for name in ignored})

    assert [item.urn for item in dependents] == [_urn(name) for name in found]


def test_children_do_not_depend() -> None:
    """A child is not replaced because its parent is."""
    assert depending_on(_TREE, _TREE[0], ()) == [_TREE[2]]
