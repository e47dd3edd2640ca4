"""Delete-before-replace: what must go before a resource can be made anew."""

from collections.abc import Iterable, Sequence

from engine.changes import Delete
from engine.difference import replace_on_changes
from engine.graph import depending_on
from engine.ledger import Ledger
from engine.provider import compare
from engine.state import Resource
from engine.steps import Step
from engine.urn import is_provider, provider_urn
from engine.values import UNKNOWN, Properties


def delete_dependents(ledger: Ledger, root: Resource, urn: str) -> list[Step]:
    """Return the deletions of what must go before *root* does, last dependents first."""
    dependents: list[tuple[Resource, Sequence[str]]] = []
    if any(resource is root for resource in ledger.resources):
        dependents = dependents_to_replace(ledger, root)
    dependents += [(resource, ()) for resource in _cascading(ledger, urn)]
    steps: list[Step] = []
    for dependent, keys in reversed(dependents):
        if id(dependent) in ledger.condemned:
            continue
        ledger.replace_keys[dependent.urn] = keys
        if dependent.delete:
            steps.append(Delete(old=dependent, deleted=ledger.deletes))
        else:
            if dependent.protect:
                raise ledger.bail(
                    f'unable to replace resource "{dependent.urn}" as part of replacing "{urn}" as it is currently '
                    "marked for protection. To unprotect the resource, remove the `protect` flag from the resource "
                    "in your Pulumi program and run `pulumi up`, or use the command:\n"
                    f"`pulumi state unprotect '{dependent.urn}'`",
                    urn,
                )
            steps.append(Delete(old=dependent, deleted=ledger.deletes, replacing=True, keep_record=True))
        ledger.deletes.add(dependent.urn)
        ledger.condemned.add(id(dependent))
    return steps


def _cascading(ledger: Ledger, urn: str) -> Iterable[Resource]:
    """Return what was declared to be deleted or replaced together with *urn*."""
    found = {
        other.urn: other
        for other in (*ledger.olds.values(), *ledger.run.news.values())
        if urn in other.replace_with or other.deleted_with == urn
    }
    return found.values()


def dependents_to_replace(ledger: Ledger, root: Resource) -> list[tuple[Resource, Sequence[str]]]:
    """Return what must be replaced when *root* is, in order, with the properties that are the reason."""
    replaced = {root.urn}
    found: list[tuple[Resource, Sequence[str]]] = []
    ignored = ledger.operated.keys() | ledger.deletes
    for dependent in depending_on(ledger.resources, root, ignored):
        replace, keys = _must_replace(ledger, dependent, replaced)
        if replace:
            found.append((dependent, keys))
            replaced.add(dependent.urn)
    return found


def _must_replace(ledger: Ledger, resource: Resource, replaced: set[str]) -> tuple[bool, Sequence[str]]:
    """Tell whether *resource* is replaced when all in *replaced* are: its provider is asked, with unknowns."""
    if not resource.custom or resource.external:
        return False, ()
    if resource.provider and provider_urn(resource.provider) in replaced:
        ledger.ensure_provider(resource)
        return True, ()
    if resource.deleted_with in replaced:
        return True, ()
    changed = {key for key in resource.inputs if not replaced.isdisjoint(resource.property_dependencies.get(key, ()))}
    if not changed:
        return False, ()
    ledger.ensure_provider(resource)
    if is_provider(resource.type):
        ledger.run.registry.same(resource, checked=False)
    provider = ledger.provider(resource.urn, resource.provider, resource.type)
    inputs: Properties = {key: UNKNOWN if key in changed else value for key, value in resource.inputs.items()}
    diff = compare(provider, resource, new_inputs=inputs, ignore=resource.ignore_changes, preview=True)
    diff = replace_on_changes(diff, resource.replace_on_changes, init_errors=False)
    return diff.replaces(), diff.replace_keys
