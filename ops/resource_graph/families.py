"""The resources of a stack, gathered: what stands under one component is a group, groups of one type are a family."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from ops.resource_graph.resource_node import ResourceNode

STACK = "pulumi:pulumi:Stack"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """One resource of a group."""

    node: ResourceNode
    """The resource."""
    depth: int
    """How deep it stands below the group's own resource, which has 0."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Group:
    """One resource directly below the stack, with everything under it."""

    rows: Sequence[Row]
    """Its resources, parents before children."""

    @property
    def name(self) -> str:
        """Name of the resource at its top."""
        return self.rows[0].node.name

    @property
    def protected(self) -> bool:
        """Whether any of them is protected."""
        return any(row.node.protected for row in self.rows)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Family:
    """All groups whose top has one type."""

    type: str
    """That type."""
    level: int
    """Column in the picture: one more than that of every family it needs."""
    groups: Sequence[Group]
    """The groups, by name."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Need:
    """How often resources of one family depend on resources of another."""

    family: str
    """Type of the family that depends."""
    on: str
    """Type of the family that it depends on."""
    count: int
    """Number of dependencies between their resources."""


def families(nodes: Sequence[ResourceNode]) -> list[Family]:
    """Return the families of *nodes*, in the order of their columns."""
    groups = _groups(nodes)
    levels = _levels({group.rows[0].node.type for group in groups}, needs(nodes))
    found = [
        Family(
            type=kind,
            level=level,
            groups=sorted((group for group in groups if group.rows[0].node.type == kind), key=lambda each: each.name),
        )
        for kind, level in levels.items()
    ]
    return sorted(found, key=lambda family: (family.level, family.type))


def needs(nodes: Sequence[ResourceNode]) -> list[Need]:
    """Return the dependencies between families, counted."""
    top = {row.node.urn: group.rows[0].node.type for group in _groups(nodes) for row in group.rows}
    counts: dict[tuple[str, str], int] = {}
    for node in nodes:
        for urn in node.needs:
            pair = (top.get(node.urn, ""), top.get(urn, ""))
            if all(pair) and pair[0] != pair[1]:
                counts[pair] = counts.get(pair, 0) + 1
    return [Need(family=family, on=on, count=count) for (family, on), count in sorted(counts.items())]


def _groups(nodes: Sequence[ResourceNode]) -> list[Group]:
    stacks = {node.urn for node in nodes if node.type == STACK}
    children: dict[str, list[ResourceNode]] = {}
    for node in nodes:
        children.setdefault(node.parent, []).append(node)

    def rows(node: ResourceNode, depth: int) -> Iterator[Row]:
        yield Row(node=node, depth=depth)
        for child in sorted(children.get(node.urn, []), key=lambda each: (each.type, each.name)):
            yield from rows(child, depth + 1)

    return [
        Group(rows=[*rows(node, 0)])
        for node in nodes
        if node.type != STACK and (not node.parent or node.parent in stacks)
    ]


def _levels(kinds: set[str], edges: Sequence[Need]) -> Mapping[str, int]:
    """Return the column of each family; families that need each other end in some order, none further than all."""
    levels = dict.fromkeys(sorted(kinds), 0)
    for _ in range(len(kinds) - 1):
        moved = False
        for edge in edges:
            level = levels[edge.on] + 1
            if levels[edge.family] < level < len(kinds):
                levels[edge.family] = level
                moved = True
        if not moved:
            break
    return levels
