"""The steps: each says what it does to one resource, does it, and keeps the state true on the way."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import ClassVar

from engine.difference import PropertyDiff
from engine.provider import PartialFailureError, Provider, ProviderError, ProviderGoneError
from engine.run import Record, Run
from engine.state import Resource
from engine.urn import is_provider, split
from engine.values import Secret


class ProtectedError(ProviderError):
    """A protected resource would be deleted; other deletions may still be looked at."""


class StepFailedError(Exception):
    """A step failed and was reported; nothing new may begin."""


@dataclasses.dataclass(kw_only=True)
class Step:
    """One thing to do. `old` is what the state has, `new` what it shall have; either may be missing."""

    op: ClassVar[str] = ""
    pending: ClassVar[str] = ""
    """The name of the operation while it is under way; empty where nothing happens outside the state."""

    announces: ClassVar[bool] = False
    """Whether it only says what other steps do, and has no result of its own."""

    asks: ClassVar[bool] = False
    """Whether it only asks: it is reported when the answer is there, and a failure stops nothing."""

    old: Resource | None = None
    new: Resource | None = None
    keys: Sequence[str] = ()
    detailed: Mapping[str, PropertyDiff] | None = None

    @property
    def resource(self) -> Resource:
        """The resource that the step is about."""
        found = self.new or self.old
        if found is None:  # pragma: no cover  # every step has one side
            raise AssertionError(self.op)
        return found

    @property
    def name(self) -> str:
        """The operation's name as it is reported."""
        return self.op

    @property
    def counted(self) -> str:
        """The operation that the summary counts it as; empty for a part of something bigger."""
        return "" if "-" in self.name else self.name

    def apply(self, run: Run) -> None:
        """Do it."""

    def commit(self, run: Run) -> None:
        """Put the result into the state."""

    def begin(self, run: Run) -> None:
        """Note in the state that it begins."""
        if self.pending and run.snapshot:
            run.snapshot.begin(self.resource, self.pending)

    def abandon(self, run: Run) -> None:
        """Take the note back after a failure."""
        if self.pending and run.snapshot:
            run.snapshot.end(self.resource)


def execute(run: Run, chain: Sequence[Step]) -> None:
    """Do the steps of *chain* one after the other.

    Raises:
        StepFailedError: one failed; it was reported and the run is canceled.
        CanceledError: the run stopped before a step.

    """
    with run.slots:
        for step in chain:
            run.check()
            _execute(run, step)


def _execute(run: Run, step: Step) -> None:
    if not step.asks:
        _report(run, step)
    step.begin(run)
    failure: ProviderError | None = None
    try:
        step.apply(run)
    except PartialFailureError as error:
        failure = error
    except ProviderError as error:
        if not isinstance(error, ProviderGoneError):
            # The note stays otherwise, since nobody knows what became of the object.
            step.abandon(run)
        if step.asks:
            _report(run, step)
        _fail(run, step, error)
        raise StepFailedError from error
    if step.new is not None and not step.announces:
        if step.pending:
            # It was rendered for the list of unfinished operations, before it was what it is now.
            step.new.text = None
        mark_secrets(step.new)
        run.news[step.new.urn] = step.new
    step.commit(run)
    if failure is not None:
        _fail(run, step, failure)
        raise StepFailedError from failure
    if step.asks:
        _report(run, step)
    run.count(step.counted, step.resource)


def _report(run: Run, step: Step) -> None:
    resource = step.resource
    run.record(
        Record(
            op=step.name,
            urn=resource.urn,
            type=resource.type,
            keys=sorted(step.keys),
            diff=dict(step.detailed or {}),
            old=step.old,
            new=step.new,
        )
    )


def _fail(run: Run, step: Step, error: ProviderError) -> None:
    run.say("error", str(error), step.resource.urn)
    if not step.asks and not isinstance(error, ProtectedError):
        run.cancel()


def mark_secrets(resource: Resource) -> None:
    """Keep secret what was asked to be, and what came in as a secret under the same name."""
    for key in resource.additional_secret_outputs:
        if key in resource.outputs and not isinstance(resource.outputs[key], Secret):
            resource.outputs[key] = Secret(resource.outputs[key])
    for key, value in resource.outputs.items():
        if not isinstance(value, Secret) and isinstance(resource.inputs.get(key), Secret):
            resource.outputs[key] = Secret(value)


def provider_of(run: Run, resource: Resource) -> Provider:
    """Return the provider that manages *resource*.

    Raises:
        ProviderError: it is not there, which the planner should have seen.

    """
    if is_provider(resource.type):
        return run.registry
    provider = run.registry.get(resource.provider)
    if provider is None:
        raise ProviderError(f"{resource.urn}: unknown provider {resource.provider}")
    return provider


def refused_input(resource: Resource, failure: tuple[str, str]) -> str:
    """Return the sentence about one *failure* (property, reason) that a provider found in the inputs."""
    key, reason = failure
    place = f": property {key}" if key else ""
    return f"{resource.type} resource '{split(resource.urn).name}'{place} has a problem: {reason}"


def both_sides(step: Step) -> tuple[Resource, Resource]:
    """Return old and new of a step that has both."""
    if step.old is None or step.new is None:  # pragma: no cover  # these steps always have both sides
        raise AssertionError(step.name)
    return step.old, step.new
