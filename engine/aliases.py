"""Finding a resource in the state under another name, type or parent."""

from engine import urn as urns
from engine.goal import Alias, Goal
from engine.ledger import Ledger
from engine.state import Resource


def find(ledger: Ledger, urn: str, goal: Goal) -> tuple[Resource | None, bool, str]:
    """Return the resource in the state, whether the claim is invalid, and the alias that it was found by."""
    invalid = False
    if urn in ledger.aliased:
        invalid = True
        ledger.bail(f"Duplicate resource URN '{urn}' conflicting with alias on resource '{ledger.aliased[urn]}'", urn)
    for candidate in (urn, *_candidates(ledger, goal)):
        old = ledger.olds.get(candidate)
        if old is None:
            continue
        if candidate == urn:
            return old, invalid, ""
        if candidate in ledger.urns or candidate in ledger.aliased:
            invalid = True
            other = ledger.aliased.get(candidate, urn)
            ledger.bail(f"Duplicate resource alias '{candidate}' applied to resource '{urn}' and '{other}'", urn)
        ledger.aliased[candidate] = urn
        ledger.old_urns[urn] = candidate
        ledger.run.registry.alias(urn, candidate)
        return old, invalid, candidate
    return None, invalid, ""


def _candidates(ledger: Ledger, goal: Goal) -> list[str]:
    found = [_collapse(ledger, goal, alias) for alias in goal.aliases]
    if goal.parent in ledger.old_urns:
        found.append(_inherited(ledger, goal, goal.type, goal.name))
        for alias in goal.aliases:
            own = urns.split(_collapse(ledger, goal, alias))
            found.append(_inherited(ledger, goal, own.type, own.name))
    return list(dict.fromkeys(found))


def _collapse(ledger: Ledger, goal: Goal, alias: Alias) -> str:
    if alias.urn:
        return alias.urn
    parent = alias.parent
    if not parent:
        parent = goal.parent
    elif parent in ledger.old_urns:
        parent = ledger.old_urns[parent]
    if alias.no_parent or urns.is_stack(parent):
        parent = ""
    return urns.make(
        stack=alias.stack or ledger.stack,
        project=alias.project or ledger.project,
        parent=parent,
        kind=alias.type or goal.type,
        name=alias.name or goal.name,
    )


def _inherited(ledger: Ledger, goal: Goal, kind: str, name: str) -> str:
    """Return the URN that a child had when its parent had another: names that begin with the parent's follow it."""
    parent = ledger.old_urns[goal.parent]
    prefix, old = urns.split(goal.parent).name, urns.split(parent).name
    if name.startswith(prefix):
        name = old + name.removeprefix(prefix)
    return urns.make(stack=ledger.stack, project=ledger.project, parent=parent, kind=kind, name=name)
