"""The steps that carry a resource on, make it, change it or remove it."""

import dataclasses
from collections.abc import Collection, Sequence

from engine.provider import PartialFailureError
from engine.run import Run
from engine.snapshot import must_write
from engine.state import Resource, now
from engine.steps import ProtectedError, Step, both_sides, provider_of
from engine.urn import is_provider


@dataclasses.dataclass(kw_only=True)
class Same(Step):
    """Nothing to do but to carry the record on."""

    op = "same"
    untargeted: bool = False

    def apply(self, run: Run) -> None:
        """Keep id and outputs; configure an unchanged provider."""
        old, new = both_sides(self)
        new.id, new.outputs = old.id, old.outputs
        if is_provider(new.type) and not self.untargeted:
            configured = new.copy()
            configured.inputs = old.inputs
            run.registry.same(configured, checked=True)

    def commit(self, run: Run) -> None:
        """Replace the record; write only if it says something new."""
        old, new = both_sides(self)
        if not must_write(old, new) and not new.aliases:
            new.text = old.text if _same_record(old, new) else None
            write = False
        else:
            write = True
        if run.snapshot:
            run.snapshot.end(None, new=new, done=old, write=write)


def _same_record(old: Resource, new: Resource) -> bool:
    return all(
        getattr(old, name) == getattr(new, name)
        for name in (
            "dependencies",
            "property_dependencies",
            "additional_secret_outputs",
            "import_id",
            "ignore_changes",
            "replace_on_changes",
            "init_errors",
            "created",
            "modified",
        )
    )


@dataclasses.dataclass(kw_only=True)
class SkippedCreate(Step):
    """A resource outside the targets that does not exist: nothing is made, nothing recorded."""

    op = "same"


@dataclasses.dataclass(kw_only=True)
class Create(Step):
    """Make the object. `replacing` also says that `old` exists; `mark_old` that it is deleted later."""

    pending = "creating"
    replacing: bool = False
    mark_old: bool = False

    @property
    def name(self) -> str:
        """Tell a replacement from a first creation."""
        return "create-replacement" if self.replacing else "create"

    def apply(self, run: Run) -> None:
        """Call the provider; a component needs none."""
        new = self.resource
        failure: PartialFailureError | None = None
        if new.custom:
            try:
                new.id, new.outputs = provider_of(run, new).create(
                    new.urn,
                    inputs=new.inputs,
                    timeout=new.custom_timeouts.get("create", 0),
                    preview=run.options.preview,
                )
            except PartialFailureError as error:
                new.id, new.outputs, new.init_errors = error.identity, error.outputs, error.reasons
                failure = error
        new.created = new.modified = now()
        if self.mark_old and self.old is not None:
            self.old.delete = True
            self.old.text = None
        if failure is not None:
            raise failure

    def commit(self, run: Run) -> None:
        """Add the new record; an old one that was deleted before goes."""
        if run.snapshot:
            gone = self.old if self.old is not None and self.old.pending_replacement else None
            run.snapshot.end(self.resource, new=self.resource, done=gone)


@dataclasses.dataclass(kw_only=True)
class Update(Step):
    """Change the object in place."""

    op = "update"
    pending = "updating"
    ignore_changes: Sequence[str] = ()

    def apply(self, run: Run) -> None:
        """Call the provider; a component needs none."""
        old, new = both_sides(self)
        new.id, new.created, new.modified = old.id, old.created, old.modified
        if not new.custom:
            return
        try:
            new.outputs = provider_of(run, new).update(
                new.urn,
                identity=old.id,
                old_inputs=old.inputs,
                old_outputs=old.outputs,
                new=new.inputs,
                timeout=new.custom_timeouts.get("update", 0),
                preview=run.options.preview,
                ignore=self.ignore_changes,
            )
        except PartialFailureError as error:
            # The object was not changed as asked, so the state keeps the inputs that it has.
            new.outputs, new.init_errors, new.inputs = error.outputs, error.reasons, dict(old.inputs)
            new.modified = now()
            raise
        new.modified = now()

    def commit(self, run: Run) -> None:
        """Replace the record."""
        if run.snapshot:
            run.snapshot.end(self.resource, new=self.resource, done=self.old)


@dataclasses.dataclass(kw_only=True)
class Replace(Step):
    """The announcement of a replacement; creation and deletion are steps of their own."""

    op = "replace"
    announces = True


@dataclasses.dataclass(kw_only=True)
class Delete(Step):
    """Remove the object. `deleted` names what else this run deletes."""

    pending = "deleting"
    deleted: Collection[str] = ()
    replacing: bool = False
    keep_record: bool = False

    @property
    def name(self) -> str:
        """Tell what is removed from what is only let go."""
        verb = "discard" if self.resource.external else "delete"
        return f"{verb}-replaced" if self.replacing else verb

    def apply(self, run: Run) -> None:
        """Call the provider, unless the object stays or goes with another one."""
        old = self.resource
        if old.protect and not self.replacing:
            raise ProtectedError(
                f"resource {old.urn!r} cannot be deleted\nbecause it is protected. To unprotect the resource, "
                "either remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`, "
                f"or use the command:\n`pulumi state unprotect '{old.urn}'`"
            )
        stays = old.external or old.retain_on_delete or old.deleted_with in self.deleted
        if old.custom and not stays and not run.options.preview:
            provider_of(run, old).delete(
                old.urn,
                identity=old.id,
                inputs=old.inputs,
                outputs=old.outputs,
                timeout=old.custom_timeouts.get("delete", 0),
            )
        if self.keep_record:
            old.pending_replacement = True
            old.text = None

    def commit(self, run: Run) -> None:
        """Take the record out, unless its replacement is still to come."""
        if run.snapshot:
            run.snapshot.end(self.resource, done=None if self.resource.pending_replacement else self.resource)


@dataclasses.dataclass(kw_only=True)
class RemovePendingReplace(Step):
    """Drop the record of an object that was deleted and is not wanted again."""

    op = "remove-pending-replace"

    def commit(self, run: Run) -> None:
        """Take the record out."""
        if run.snapshot:
            run.snapshot.end(None, done=self.resource)
