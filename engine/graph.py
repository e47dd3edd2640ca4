"""Questions about the order of dependency in a list of resources."""

from collections.abc import Collection, Sequence

from engine.state import Resource
from engine.urn import provider_urn


def depending_on(resources: Sequence[Resource], root: Resource, ignored: Collection[str]) -> list[Resource]:
    """Return what depends on *root*, directly or not, in order; parents do not count, URNs in *ignored* neither."""
    found: list[Resource] = []
    urns = {root.urn}
    start = next(index for index, resource in enumerate(resources) if resource is root)
    for candidate in resources[start + 1 :]:
        if candidate.urn in ignored:
            continue
        needs = {edge.urn for edge in candidate.edges() if edge.kind != "parent"}
        if candidate.provider:
            needs.add(provider_urn(candidate.provider))
        if not urns.isdisjoint(needs):
            found.append(candidate)
            urns.add(candidate.urn)
    return found


def deletion_order(resources: Sequence[Resource], condemned: Sequence[Resource]) -> list[list[Resource]]:
    """Return *condemned* in groups: whatever is in one group can go together, dependents go before what they need.

    *resources* is the whole state in order, which *condemned* is part of. Within a group what an earlier replacement
    left goes first, then the newest.
    """
    if not condemned:
        return []
    places: dict[str, list[int]] = {}
    children: dict[str, list[int]] = {}
    parents: dict[str, str] = {}
    marked = {id(resource) for resource in condemned}
    level: dict[int, int] = {}
    groups: list[list[Resource]] = []
    for index, resource in enumerate(resources):
        if id(resource) in marked:
            depth = 0
            for place in _needed(resource, index, places, children, resources):
                above = level.get(place)
                if above is not None:
                    depth = max(depth, above + 1)
            level[index] = depth
            while len(groups) <= depth:
                groups.append([])
            groups[depth].append(resource)
        places.setdefault(resource.urn, []).append(index)
        parents[resource.urn] = resource.parent
        above_urn = resource.parent
        while above_urn:
            children.setdefault(above_urn, []).append(index)
            above_urn = parents.get(above_urn, "")
    return [_last_first(group) for group in reversed(groups)]


def _last_first(group: Sequence[Resource]) -> list[Resource]:
    newest = list(reversed(group))
    return [item for item in newest if item.delete] + [item for item in newest if not item.delete]


def _needed(
    resource: Resource,
    index: int,
    places: dict[str, list[int]],
    children: dict[str, list[int]],
    resources: Sequence[Resource],
) -> set[int]:
    """Return the places of all that *resource* needs; needing a component means needing what is inside it."""
    needed: set[int] = set()
    urns = {edge.urn for edge in resource.edges() if edge.kind != "parent"}
    if resource.provider:
        urns.add(provider_urn(resource.provider))
    for urn in urns:
        for place in places.get(urn, ()):
            needed.add(place)
            if not resources[place].custom:
                needed.update(child for child in children.get(urn, ()) if child < index)
    needed.update(places.get(resource.parent, ()))
    return needed
