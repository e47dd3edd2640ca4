"""Resources in, families with their columns out."""

from collections.abc import Sequence

from ops.resource_graph.families import Need, families, needs
from ops.resource_graph.resource_node import ResourceNode, resource_nodes

STACK = "urn:pulumi:lab::factory::pulumi:pulumi:Stack::factory-lab"


def _node(kind: str, name: str, *, parent: str = STACK, needed: Sequence[ResourceNode] = ()) -> ResourceNode:
    urn = f"urn:pulumi:lab::factory::{kind}::{name}"
    return ResourceNode(urn=urn, type=kind, parent=parent, needs=[each.urn for each in needed], protected=False)


ROOT = ResourceNode(urn=STACK, type="pulumi:pulumi:Stack", parent="", needs=[], protected=False)
SERVER = _node("lab:index:Server", "one")
FIRST, SECOND = _node("lab:index:App", "b"), _node("lab:index:App", "a")
ROLE = _node("sql:index:Role", "b", parent=FIRST.urn, needed=[SERVER])
DATABASE = _node("sql:index:Database", "b", parent=FIRST.urn, needed=[SERVER, ROLE])
NODES = [ROOT, FIRST, SECOND, DATABASE, ROLE, SERVER]


def test_what_is_needed_stands_before() -> None:
    """Groups of one type share a family, by name; children stand below their parent, by type."""
    server, apps = families(NODES)

    assert (server.type, server.level) == ("lab:index:Server", 0)
    assert (apps.type, apps.level) == ("lab:index:App", 1)
    assert [group.name for group in apps.groups] == ["a", "b"]
    assert [(row.node.short_type, row.depth) for row in apps.groups[1].rows] == [
        ("App", 0),
        ("Database", 1),
        ("Role", 1),
    ]


def test_dependencies_are_counted_between_families_only() -> None:
    """What stays inside one family is no arrow."""
    assert needs(NODES) == [Need(family="lab:index:App", on="lab:index:Server", count=2)]


def test_families_that_need_each_other_end() -> None:
    """A circle between families is drawn, not followed for ever."""
    one, other = _node("lab:index:One", "x"), _node("lab:index:Other", "y")
    back = _node("lab:index:One", "z", needed=[other])
    forth = _node("lab:index:Other", "w", needed=[one])

    assert {family.type for family in families([ROOT, one, other, back, forth])} == {"lab:index:One", "lab:index:Other"}


def test_deployment_format_is_read() -> None:
    """Providers and what only waits for its deletion are no resources of the picture; both kinds of edge count."""
    found = resource_nodes(
        [
            {"urn": STACK, "type": "pulumi:pulumi:Stack"},
            {"urn": "p", "type": "pulumi:providers:random", "parent": STACK},
            {"urn": "old", "type": "a:b:C", "delete": True},
            {
                "urn": "urn:x::a:b:C::n", "type": "a:b:C", "parent": STACK, "protect": True,
                "dependencies": ["d"], "propertyDependencies": {"key": ["d", "e"], "none": None},
            },
        ]
    )  # fmt: skip

    assert [node.type for node in found] == ["pulumi:pulumi:Stack", "a:b:C"]
    assert (found[1].needs, found[1].protected, found[1].name) == (["d", "e"], True, "n")
