"""The steps that only read: an object of somebody else, or how an own one is."""

import dataclasses

from engine.difference import Diff
from engine.provider import ProviderError, compare
from engine.run import Run
from engine.state import Resource
from engine.steps import Step, provider_of
from engine.urn import is_provider
from engine.values import UNKNOWN_TEXT


@dataclasses.dataclass(kw_only=True)
class Read(Step):
    """Read an object that somebody else owns."""

    pending = "reading"
    replacing: bool = False

    @property
    def counted(self) -> str:
        """Reading is worth a mention only when what was read has changed."""
        changed = self.old is not None and self.new is not None and self.old.outputs != self.new.outputs
        return self.name if changed and not self.replacing else ""

    @property
    def name(self) -> str:
        """Tell whether an owned object of that name is let go."""
        return "read-replacement" if self.replacing else "read"

    def apply(self, run: Run) -> None:
        """Call the provider; an unknown id is read when it is known."""
        new = self.resource
        if new.id == UNKNOWN_TEXT:
            new.outputs = {}
        else:
            found = provider_of(run, new).read(new.urn, identity=new.id, inputs=new.inputs, state=new.inputs, timeout=0)
            if not found.identity and not found.outputs:
                raise ProviderError(f"resource '{new.id}' does not exist")
            new.outputs, new.id = found.outputs, found.identity or new.id
            new.init_errors = found.init_errors
        if self.old is not None:
            new.created, new.modified = self.old.created, self.old.modified
            if self.replacing:
                self.old.delete = True
                self.old.text = None

    def commit(self, run: Run) -> None:
        """Replace the record."""
        if run.snapshot:
            run.snapshot.end(self.resource, new=self.resource, done=None if self.replacing else self.old)


@dataclasses.dataclass(kw_only=True)
class Refresh(Step):
    """Ask how the object is. Afterwards `new` is what was found: None when it is gone, `old` when nothing changed."""

    op = "refresh"
    asks = True
    only: bool = False
    """Whether the run is nothing but a refresh: then each step is called what it found."""
    asked: bool = False
    """Whether there was an answer."""
    diff: Diff | None = None

    @property
    def name(self) -> str:
        """What it found, where that is all that the run is for."""
        return self.found if self.only and self.asked else "refresh"

    @property
    def counted(self) -> str:
        """What it found; a refresh before something else is not counted."""
        return self.found if self.only else ""

    @property
    def found(self) -> str:
        """What happened to the object: same, update or delete."""
        old = self.resource
        if self.new is None:
            return "delete"
        changed = old.outputs != self.new.outputs if old.external else self.diff is not None and self.diff.changes
        return "update" if self.new is not old and changed else "same"

    @property
    def resource(self) -> Resource:
        """The resource that the step is about."""
        found = self.old
        if found is None:  # pragma: no cover  # a refresh always has one
            raise AssertionError
        return found

    def apply(self, run: Run) -> None:
        """Call the provider and compare with what is declared."""
        old = self.resource
        self.new = old
        if not old.custom or is_provider(old.type) or old.pending_replacement:
            self.asked = True
            return
        provider = provider_of(run, old)
        found = provider.read(
            old.urn,
            identity=old.id,
            inputs=old.inputs,
            state=old.outputs,
            timeout=old.custom_timeouts.get("read", 0),
        )
        self.asked = True
        if not found.identity:
            self.new = None
            return
        if found.init_errors:
            unhealthy = "\n* ".join(found.init_errors)
            run.say("warning", f"Refreshed resource is in an unhealthy state:\n* {unhealthy}", old.urn)
        self.new = new = old.copy()
        new.id, new.init_errors, new.outputs = found.identity, found.init_errors, found.outputs
        new.inputs = old.inputs if found.inputs is None else found.inputs
        if new.inputs != old.inputs or new.outputs != old.outputs:
            new.touch()
        if not old.external:
            diff = compare(provider, new, new_inputs=old.inputs, ignore=old.ignore_changes, preview=run.options.preview)
            self.diff = diff.inverted()
            self.detailed = self.diff.detailed
