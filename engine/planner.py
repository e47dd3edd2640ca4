"""Decides, for each resource that the program declares, which steps lead from the state to the declaration."""

import copy
import dataclasses
import secrets
from typing import Final

from engine import urn as urns
from engine.aliases import find
from engine.changes import Create, Delete, Replace, Same, Update
from engine.client import PluginProvider
from engine.difference import Diff, replace_on_changes
from engine.goal import Goal
from engine.ledger import Ledger
from engine.paths import reset_ignored
from engine.provider import DiffUnavailableError, Provider, ProviderError, compare
from engine.reading import Read
from engine.replacement import delete_dependents
from engine.run import BailError
from engine.state import Resource
from engine.steps import Step, refused_input
from engine.targets import Targets
from engine.urn import is_provider, provider_urn
from engine.values import Properties, same


@dataclasses.dataclass(kw_only=True)
class Plan:
    """What is known of one registration while its steps are decided."""

    goal: Goal
    new: Resource
    old: Resource | None
    provider: Provider | None
    seed: bytes
    recreating: bool = False
    invalid: bool = False
    imported: bool = False

    @property
    def is_import(self) -> bool:
        """Whether an existing object is to be taken over."""
        wanted = self.goal.import_id
        if not (self.goal.custom and wanted) or self.imported:
            return False
        old = self.old
        return old is None or old.external or (old.import_id or old.id) != wanted


class Planner:
    """Decides one registration after the other. Call it under one lock: decisions depend on those before."""

    def __init__(self, ledger: Ledger) -> None:
        """Write decisions to *ledger*."""
        self._ledger: Final = ledger
        self._run: Final = ledger.run
        self._targets: Final = Targets(ledger)

    def begin(self, goal: Goal) -> Plan:
        """Find the resource in the state and the provider that manages it.

        Raises:
            BailError: two resources with one URN, an unknown parent or provider.

        """
        urn = self._claim(goal.parent, goal.type, goal.name)
        old, invalid, alias = find(self._ledger, urn, goal)
        new = Resource(
            urn=urn,
            type=goal.type,
            custom=goal.custom,
            inputs=goal.properties,
            parent=goal.parent,
            protect=bool(goal.protect),
            dependencies=list(goal.dependencies),
            provider=goal.provider,
            property_dependencies={key: list(deps) for key, deps in goal.property_dependencies.items()},
            additional_secret_outputs=list(goal.additional_secret_outputs),
            aliases=[alias] if alias else [],
            custom_timeouts=dict(goal.custom_timeouts),
            import_id=goal.import_id,
            retain_on_delete=bool(goal.retain_on_delete),
            deleted_with=goal.deleted_with,
            replace_with=list(goal.replace_with),
            created=old.created if old else "",
            modified=old.modified if old else "",
            ignore_changes=list(goal.ignore_changes),
            replace_on_changes=list(goal.replace_on_changes),
        )
        self._require(new)
        if is_provider(goal.type):
            self._ledger.providers[urn] = new
            if alias:
                self._ledger.providers[alias] = new
        provider = self._ledger.provider(urn, goal.provider, goal.type) if goal.custom else None
        return Plan(
            goal=goal,
            new=new,
            old=old,
            provider=provider,
            seed=secrets.token_bytes(32),
            recreating=urn in self._ledger.deletes,
            invalid=invalid,
        )

    def import_steps(self, plan: Plan, importing: Step) -> list[Step]:
        """Return the steps that take an object over; *importing* reads it."""
        self._ledger.operated[plan.new.urn] = "import"
        if plan.old is not None and not plan.recreating:
            return [importing, Replace(old=plan.old, new=plan.new)]
        return [importing]

    def decide(self, plan: Plan) -> list[Step]:
        """Return the steps for a registration; an empty list means that an import left nothing to do.

        Raises:
            BailError: the provider refuses the inputs, or a protected resource would go.
            ProviderError: the provider failed.

        """
        new, old = plan.new, plan.old
        targeted = self._targets.includes(new)
        if not targeted and old is None:
            return self._targets.checked([self._targets.skip(new)])
        if not targeted and old is not None:
            return self._targets.checked(self._targets.untouched(old, new.urn))
        self._check(plan)
        self._targets.carry_dependencies(new)
        if plan.recreating and old is not None:
            return self._targets.checked(self._recreate(plan, old))
        if old is not None and old.external:
            self._ledger.operated[new.urn] = "create"
            steps = [Create(old=old, new=new, replacing=True, mark_old=True), Replace(old=old, new=new)]
            return self._targets.checked(steps)
        self._targets.reach(new.urn)
        if old is None:
            self._ledger.operated[new.urn] = "create"
            return self._targets.checked([Create(new=new)])
        return self._targets.checked(self._compare(plan, old))

    def _claim(self, parent: str, kind: str, name: str) -> str:
        urn = urns.make(stack=self._ledger.stack, project=self._ledger.project, parent=parent, kind=kind, name=name)
        if parent and parent not in self._ledger.urns:
            raise self._ledger.bail(f"could not find parent resource {parent}", urn)
        if urn in self._ledger.urns:
            raise self._ledger.bail(f"Duplicate resource URN '{urn}'; try giving it a unique name", urn)
        self._ledger.urns.add(urn)
        return urn

    def _require(self, new: Resource) -> None:
        """Refuse a resource that needs one which was not declared before it: no state could hold it."""
        for edge in new.edges():
            known = edge.urn in self._ledger.urns or (self._run.options.targets and edge.urn in self._ledger.olds)
            if not known and edge.kind != "replaceWith":
                raise self._ledger.bail(f"{edge.kind} {edge.urn} was not declared before {new.urn}", new.urn)

    def _check(self, plan: Plan) -> None:
        """Let the provider check the inputs.

        Raises:
            BailError: it refuses them.

        """
        old, new, inputs = plan.old, plan.new, plan.new.inputs
        if old is not None and plan.goal.ignore_changes:
            inputs, refused = reset_ignored(inputs, old.inputs, plan.goal.ignore_changes)
            if refused:
                paths = ", ".join(refused)
                self._run.say(
                    "info", f'cannot ignore changes in added or removed elements of the path: "{paths}"', new.urn
                )
        if plan.provider is not None:
            fresh = old is None or plan.recreating or old.external
            self._provider_check(plan, None if fresh else old, plan.goal.properties if fresh else inputs)
        if plan.invalid:
            raise BailError(f"resource {new.urn} is invalid")

    def _provider_check(self, plan: Plan, old: Resource | None, inputs: Properties) -> None:
        if plan.provider is None:
            return
        new = plan.new
        checked, failures = plan.provider.check(
            new.urn,
            old=None if old is None else old.inputs,
            new=inputs,
            preview=self._run.options.preview,
            seed=plan.seed,
        )
        for failure in failures:
            self._run.say("error", refused_input(new, failure), new.urn)
            plan.invalid = True
        new.inputs = checked

    def _compare(self, plan: Plan, old: Resource) -> list[Step]:
        new, goal = plan.new, plan.goal
        try:
            diff = self._diff(plan, old)
        except DiffUnavailableError as error:
            self._run.say("warning", str(error), new.urn)
            diff = Diff(changes=True)
        diff = replace_on_changes(diff, goal.replace_on_changes, init_errors=bool(old.init_errors))
        if diff.changes or old.pending_replacement:
            if diff.replaces() or old.pending_replacement:
                return self._replace(plan, old, diff)
            return self._update(plan, old, diff)
        if old.init_errors:
            return self._update(plan, old, diff)
        if plan.imported:
            return []
        self._ledger.operated[new.urn] = "same"
        return [Same(old=old, new=new)]

    def _update(self, plan: Plan, old: Resource, diff: Diff) -> list[Step]:
        self._ledger.operated[plan.new.urn] = "update"
        update = Update(old=old, new=plan.new, detailed=diff.detailed, ignore_changes=plan.goal.ignore_changes)
        return [update]

    def _diff(self, plan: Plan, old: Resource) -> Diff:
        new = plan.new
        if old.taint:
            return Diff(changes=True, replace_keys=("id",))
        if any(self._ledger.operated.get(urn) == "replace" for urn in new.replace_with):
            return Diff(changes=True, replace_keys=("replaceWith",))
        if new.deleted_with and self._ledger.operated.get(new.deleted_with) == "replace":
            return Diff(changes=True, replace_keys=("deletedWith",))
        if self._provider_changed(old, new):
            return Diff(changes=True, replace_keys=("provider",))
        if plan.provider is None:
            return Diff(changes=not same(old.inputs, new.inputs))
        renamed = old
        if old.urn != new.urn:
            renamed = copy.copy(old)
            renamed.urn = new.urn
        return compare(
            plan.provider,
            renamed,
            new_inputs=new.inputs,
            ignore=plan.goal.ignore_changes,
            preview=self._run.options.preview,
        )

    def _provider_changed(self, old: Resource, new: Resource) -> bool:
        if old.provider == new.provider:
            return False
        if not old.provider or not new.provider:
            return True
        old_urn, new_urn = provider_urn(old.provider), provider_urn(new.provider)
        if self._ledger.aliased.get(old_urn) == new_urn:
            return False
        provider = self._run.registry.get(new.provider)
        known, declared = self._ledger.olds.get(old_urn), self._ledger.providers.get(new_urn)
        if known is None or declared is None:
            raise ProviderError(f"failed to resolve provider reference: {old.provider}")
        if not isinstance(provider, PluginProvider):
            return False
        diff = provider.diff_config(
            new_urn,
            old_inputs=_public(known.inputs),
            old_outputs=known.outputs,
            new=_public(declared.inputs),
        )
        return diff.replaces()

    def _recreate(self, plan: Plan, old: Resource) -> list[Step]:
        urn = plan.new.urn
        self._ledger.deletes.discard(urn)
        self._ledger.operated[urn] = "replace"
        keys = self._ledger.replace_keys.get(urn, ())
        return [Replace(old=old, new=plan.new), Create(old=old, new=plan.new, keys=keys, replacing=True)]

    def _replace(self, plan: Plan, old: Resource, diff: Diff) -> list[Step]:
        new, goal = plan.new, plan.goal
        if new.protect and old.protect:
            message = (
                f'unable to replace resource "{new.urn}"\nas it is currently marked for protection. To unprotect the '
                "resource, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`"
            )
            bail = self._ledger.bail(message, new.urn)
            if not self._run.options.preview:
                raise bail
        if goal.import_id:
            message = (
                "previously-imported resources that still specify an ID may not be replaced; please remove the "
                "`import` declaration from your program"
            )
            if not self._run.options.preview:
                raise ProviderError(message)
            self._run.say("warning", message, new.urn)
        self._ledger.operated[new.urn] = "replace"
        if plan.provider is not None and not old.taint:
            self._provider_check(plan, None, goal.properties)
            if plan.invalid:
                raise BailError(f"resource {new.urn} has check errors")
        before = diff.delete_before_replace if goal.delete_before_replace is None else goal.delete_before_replace
        if not before:
            return [
                Create(old=old, new=new, keys=diff.replace_keys, detailed=diff.detailed, replacing=True, mark_old=True),
                Replace(old=old, new=new, keys=diff.replace_keys, detailed=diff.detailed),
            ]
        steps = delete_dependents(self._ledger, old, new.urn)
        self._ledger.ensure_provider(old)
        if not old.pending_replacement:
            self._ledger.deletes.add(old.urn)
            steps.append(Delete(old=old, deleted=self._ledger.deletes, replacing=True, keep_record=True))
        return [
            *steps,
            Replace(old=old, new=new, keys=diff.replace_keys, detailed=diff.detailed),
            Create(old=old, new=new, keys=diff.replace_keys, detailed=diff.detailed, replacing=True),
        ]

    def read(self, new: Resource, name: str) -> list[Step]:
        """Return the steps that read an object of somebody else; *new* gets its URN here."""
        new.urn = self._claim(new.parent, new.type, name)
        old = self._ledger.olds.get(new.urn)
        if not new.id:
            raise ProviderError(f"Expected an ID for {new.urn}")
        if old is not None and not old.external and old.id != new.id:
            self._ledger.operated[new.urn] = "replace"
            return [Read(old=old, new=new, replacing=True), Replace(old=old, new=new)]
        self._ledger.operated[new.urn] = "read"
        return [Read(old=old, new=new)]


def _public(inputs: Properties) -> Properties:
    return {key: value for key, value in inputs.items() if key != "__internal"}
