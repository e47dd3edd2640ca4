"""What the verbs do: preview and up, refresh, destroy, import, and the answer to a killed creation."""

import contextlib
import dataclasses

from engine import urn as urns
from engine.backend import Operation
from engine.changes import Same
from engine.deletes import delete_rest
from engine.goal import Goal
from engine.imports import Import
from engine.monitor import EngineLog, Monitor
from engine.pending import PendingError, adopt_if_there, forget, refuse_unsettled
from engine.program import run_program
from engine.provider import ProviderError
from engine.refresh import refresh as refresh_state
from engine.run import BailError, CanceledError
from engine.session import Work
from engine.state import Resource
from engine.steps import StepFailedError, execute


def apply(work: Work) -> bool:
    """Run the program and bring everything to what it declares; in a preview only say what would be done."""
    refuse_unsettled(work)
    if work.run.options.refresh and not _refresh(work, only=False):
        return False
    monitor = Monitor(work.deployment, work.config, work.secret_keys)
    return run_program(
        work.project,
        stack=work.stack,
        run=work.run,
        monitor=monitor,
        log=EngineLog(work.run),
        config=work.config,
        secret_keys=work.secret_keys,
    )


def refresh(work: Work) -> bool:
    """Ask every object how it is and record that."""
    refuse_unsettled(work)
    return _refresh(work, only=True)


def _refresh(work: Work, *, only: bool) -> bool:
    work.snapshot.resources[:] = refresh_state(work.run, work.deployment.ledger, work.snapshot.resources, only=only)
    work.deployment.ledger.rebase()
    if work.run.snapshot is not None:
        work.run.snapshot.write()
    return not work.run.failed


def destroy(work: Work) -> bool:
    """Delete everything, dependents first; protected resources and what they need stay."""
    refuse_unsettled(work)
    if work.run.options.refresh and not _refresh(work, only=False):
        return False
    with contextlib.suppress(StepFailedError, CanceledError, BailError):
        delete_rest(work.run, work.deployment.ledger)
    return not work.run.failed


@dataclasses.dataclass(frozen=True, kw_only=True)
class ImportObject:
    """Take one existing object into the state: the action of `import`."""

    type: str
    name: str
    id: str
    provider: str = ""
    """URN of a provider in the state; empty for the package's default provider."""
    parent: str = ""
    protect: bool = True

    def __call__(self, work: Work) -> bool:
        """Read the object and record it; the program must then declare it.

        Raises:
            PendingError: see `pending`.

        """
        refuse_unsettled(work)
        run = work.run
        with contextlib.suppress(StepFailedError, CanceledError):
            try:
                # Only what is carried on can be referred to by what is new.
                execute(run, [Same(old=old, new=old.copy()) for old in work.snapshot.resources if not old.delete])
                new = self._resource(work)
                if new.urn not in run.news:
                    execute(run, [Import(new=new, identity=self.id, undeclared=True)])
            except ProviderError as error:
                run.say("error", str(error))
        return not run.failed

    def _resource(self, work: Work) -> Resource:
        stack = urns.make(
            stack=work.stack,
            project=work.project.name,
            parent="",
            kind=urns.STACK_TYPE,
            name=f"{work.project.name}-{work.stack}",
        )
        ledger = work.deployment.ledger
        parent = self.parent or stack
        if parent == stack and stack not in ledger.olds:
            work.deployment.register(
                Goal(type=urns.STACK_TYPE, name=urns.split(stack).name, custom=False, properties={})
            )
        if parent not in ledger.olds and parent not in work.run.news:
            raise ProviderError(f"the parent {parent} is not in the state")
        urn = urns.make(stack=work.stack, project=work.project.name, parent=parent, kind=self.type, name=self.name)
        known = ledger.olds.get(urn)
        if known is not None:
            if known.id != self.id:
                raise ProviderError(f"{urn} is in the state already, as {known.id}")
            return known
        return Resource(
            urn=urn,
            type=self.type,
            custom=True,
            parent=parent,
            provider=self._provider(work),
            protect=self.protect,
        )

    def _provider(self, work: Work) -> str:
        ledger, package = work.deployment.ledger, urns.package(self.type)
        known = [
            resource
            for resource in ledger.olds.values()
            if urns.is_provider(resource.type) and urns.package(resource.type) == package
        ]
        if self.provider:
            known = [resource for resource in known if resource.urn == self.provider]
        if len(known) == 1:
            return f"{known[0].urn}::{known[0].id}"
        if known or self.provider:
            names = ", ".join(resource.urn for resource in known) or "none"
            raise ProviderError(f"expected one provider for {self.type}; give --provider URN. In the state: {names}")
        goal = Goal(type=f"{urns.PROVIDER_PREFIX}{package}", name="default", custom=True, properties={})
        resource, _ = work.deployment.register(goal)
        return f"{resource.urn}::{resource.id}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class AnswerPending:
    """Say what became of a creation that a killed run left: the action of `state pending`."""

    urn: str
    adopt: str = ""
    """Id of the object that exists; empty when it does not."""

    def __call__(self, work: Work) -> bool:
        """Record the object, or forget the operation.

        Raises:
            PendingError: no such operation is open, or the object to adopt does not exist.

        """
        found: list[Operation] = [
            item for item in work.snapshot.pending if item.kind == "creating" and item.resource.urn == self.urn
        ]
        if not found:
            raise PendingError(f"{self.urn}: no unfinished creation in the state")
        if not self.adopt:
            forget(work.run, found[0])
            return True
        try:
            if adopt_if_there(work, found[0], self.adopt):
                return True
        except ProviderError as error:
            raise PendingError(str(error)) from error
        raise PendingError(f"{self.urn}: expected an object with the id {self.adopt}; there is none")
