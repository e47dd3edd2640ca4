"""The end of a run: what the program no longer declares goes, dependents before what they need."""

import concurrent.futures
from collections.abc import Sequence

from engine.changes import Delete, RemovePendingReplace, Same
from engine.graph import deletion_order
from engine.ledger import Ledger
from engine.replacement import dependents_to_replace
from engine.run import BailError, CanceledError, Run
from engine.state import Resource
from engine.steps import Step, StepFailedError, execute


def delete_rest(run: Run, ledger: Ledger) -> None:
    """Delete what was not declared and what earlier replacements left.

    Raises:
        BailError: a deletion outside the targets would be needed.
        CanceledError: the run stops.
        StepFailedError: a deletion failed.

    """
    unknown = _unknown_targets(run, ledger)
    allowed = _allowed(run, ledger)
    kept: list[Step] = []
    deletions: list[Step] = []
    for resource in ledger.resources:
        if allowed is not None and resource.urn not in allowed:
            if not _operated(ledger, resource.urn):
                new = resource.copy()
                new.id = ""
                kept.append(Same(old=resource, new=new, untargeted=True))
            continue
        step = _deletion(ledger, resource)
        if step is not None:
            ledger.ensure_provider(resource)
            deletions.append(step)
    _refuse_unspecified(run, deletions)
    if kept:
        execute(run, kept)
    _schedule(run, ledger, deletions)
    if unknown:
        raise BailError("one or more targets could not be found in the stack")


def _unknown_targets(run: Run, ledger: Ledger) -> list[str]:
    known = ledger.urns | {resource.urn for resource in ledger.resources}
    unknown = sorted(run.options.targets - known)
    for urn in unknown:
        run.say("error", f"Target '{urn}' could not be found in the stack.")
    return unknown


def _operated(ledger: Ledger, urn: str) -> bool:
    decided = ledger.operated.get(ledger.aliased.get(urn, urn))
    return decided is not None and decided != "create"


def _deletion(ledger: Ledger, resource: Resource) -> Step | None:
    if resource.delete:
        if id(resource) in ledger.condemned:
            return None
        ledger.deletes.add(resource.urn)
        return Delete(old=resource, deleted=ledger.deletes, replacing=True)
    if _operated(ledger, resource.urn):
        return None
    ledger.deletes.add(resource.urn)
    if resource.pending_replacement:
        return RemovePendingReplace(old=resource)
    return Delete(old=resource, deleted=ledger.deletes)


def _allowed(run: Run, ledger: Ledger) -> set[str] | None:
    """Return the URNs that a targeted run may delete: the targets and what cannot be without them."""
    if not run.options.targets:
        return None
    allowed: set[str] = set()
    for root in ledger.resources:
        if root.urn not in run.options.targets or root.urn in allowed:
            continue
        allowed.add(root.urn)
        for resource in ledger.resources:
            if not allowed.isdisjoint(resource.required()):
                allowed.add(resource.urn)
    for resource in ledger.resources:
        if resource.urn in allowed:
            # The official engine asks the providers here as well, though the answer adds nothing.
            dependents_to_replace(ledger, resource)
    return allowed


def _refuse_unspecified(run: Run, deletions: Sequence[Step]) -> None:
    if not run.options.targets or run.options.target_dependents:
        return
    refused = False
    for step in deletions:
        urn = step.resource.urn
        if urn not in run.options.targets:
            run.say(
                "error",
                f"Resource '{urn}' will be destroyed but was not specified in --target list.\n"
                "Either include resource in --target list or pass --target-dependents to proceed.",
                urn,
            )
            refused = True
    if refused and not run.options.preview:
        raise BailError("delete untargeted resource")


def _schedule(run: Run, ledger: Ledger, deletions: Sequence[Step]) -> None:
    steps = {id(step.resource): step for step in deletions}
    groups = deletion_order(ledger.resources, [step.resource for step in deletions])
    failed: list[Resource] = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(run.options.parallel, 1)) as pool:
        for group in groups:
            blocked = {urn for resource in failed for urn in _needs(ledger, resource)}
            chosen = [steps[id(resource)] for resource in group if resource.urn not in blocked]
            futures = {pool.submit(execute, run, [step]): step for step in chosen}
            concurrent.futures.wait(futures)
            for future, step in futures.items():
                error = future.exception()
                if isinstance(error, StepFailedError):
                    failed.append(step.resource)
                elif error is not None and not isinstance(error, CanceledError):
                    raise error
            run.check()
    if failed:
        raise StepFailedError


def _needs(ledger: Ledger, resource: Resource) -> set[str]:
    """Return the URNs of all that *resource* needs, directly or not."""
    needed: set[str] = set()
    frontier = [resource]
    by_urn = {item.urn: item for item in ledger.resources}
    while frontier:
        for urn in frontier.pop().required():
            if urn not in needed:
                needed.add(urn)
                if urn in by_urn:
                    frontier.append(by_urn[urn])
    return needed
