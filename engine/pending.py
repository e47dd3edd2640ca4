"""What a killed run left: creations that may or may not have happened."""

from engine.backend import Operation, Snapshot
from engine.provider import ProviderError
from engine.run import Run
from engine.session import Work
from engine.state import Resource, now
from engine.steps import mark_secrets, provider_of
from engine.urn import is_provider, package, split
from engine.values import reveal


class PendingError(Exception):
    """An earlier run was killed while it created something, and nobody knows whether that exists."""


def refuse_unsettled(work: Work) -> None:
    """Settle creations that a killed run left, where the provider can tell; a preview only looks.

    Raises:
        PendingError: there are some that only a person can answer for.

    """
    if work.run.snapshot is None:
        for item in work.snapshot.pending:
            if item.kind == "creating":
                work.run.say("warning", "an earlier run was killed while it created this", item.resource.urn)
        return
    pending = [item for item in work.snapshot.pending if item.kind == "creating"]
    unsettled = [item for item in pending if not _settle(work, item)]
    if unsettled:
        urns = "\n".join(f"  {item.resource.urn}" for item in unsettled)
        raise PendingError(
            "an earlier run was killed while it created the following, and they may or may not exist:\n"
            f"{urns}\nLook, then say for each: ./factory state pending {work.stack} URN --adopt ID (it exists) "
            "or --absent (it does not)"
        )


def _settle(work: Work, operation: Operation) -> bool:
    """Adopt or drop the object of *operation* when its provider can tell whether it exists.

    The provider says, by its function `<package>:index:identify`, which id follows from the inputs; one that does
    not know the function gives ids of its own making, and then nobody can tell.
    """
    wanted = operation.resource
    if not wanted.custom or is_provider(wanted.type):
        # There is no object outside the state.
        forget(work.run, operation)
        return True
    try:
        _load_provider(work, wanted)
        provider = provider_of(work.run, wanted)
        arguments = {"type": split(wanted.urn).type, "inputs": reveal(wanted.inputs)}
        answer, failures = provider.invoke(f"{package(wanted.type)}:index:identify", arguments, preview=False)
    except ProviderError:
        return False
    identity = answer.get("id")
    if failures or not isinstance(identity, str):
        return False
    if not adopt_if_there(work, operation, identity):
        work.run.say("warning", "a killed run had begun to create this; it does not exist", wanted.urn)
        forget(work.run, operation)
    return True


def _load_provider(work: Work, wanted: Resource) -> None:
    for candidate in work.snapshot.resources:
        if f"{candidate.urn}::{candidate.id}" == wanted.provider:
            work.run.registry.same(candidate, checked=False)


def adopt_if_there(work: Work, operation: Operation, identity: str) -> bool:
    """Read the object with *identity*; record it and forget the operation when it exists.

    Where the id follows from the inputs, "does not exist" settles it too: the caller forgets the operation then.
    """
    wanted = operation.resource
    _load_provider(work, wanted)
    provider = provider_of(work.run, wanted)
    found = provider.read(wanted.urn, identity=identity, inputs=wanted.inputs, state=dict(wanted.inputs), timeout=0)
    if found.identity:
        adopted = wanted.copy()
        adopted.id, adopted.outputs = found.identity, found.outputs
        adopted.inputs = wanted.inputs if found.inputs is None else found.inputs
        adopted.created = adopted.modified = now()
        mark_secrets(adopted)
        _place(work.snapshot, adopted)
        work.deployment.ledger.rebase()
        work.run.say("warning", "a killed run had created this; it was found and adopted", wanted.urn)
        forget(work.run, operation)
    return bool(found.identity)


def _place(snapshot: Snapshot, adopted: Resource) -> None:
    """Put *adopted* into the state; an object that it replaces is deleted later.

    It takes the place of what it replaces: what depends on that may stand right behind.
    """
    for index, resource in enumerate(snapshot.resources):
        if resource.urn == adopted.urn and not resource.delete:
            if resource.pending_replacement:
                snapshot.resources[index] = adopted
            else:
                resource.delete = True
                resource.text = None
                snapshot.resources.insert(index, adopted)
            return
    snapshot.resources.append(adopted)


def forget(run: Run, operation: Operation) -> None:
    """Drop the note of *operation*."""
    if run.snapshot is not None:
        run.snapshot.forget_pending(operation)
