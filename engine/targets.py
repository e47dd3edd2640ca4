"""Acting on some resources only: the others are carried on as they are, or left out."""

from typing import Final

from engine import urn as urns
from engine.changes import Same, SkippedCreate
from engine.ledger import Ledger
from engine.provider import ProviderError
from engine.run import BailError
from engine.state import Resource
from engine.steps import Step
from engine.urn import is_provider, provider_urn


class Targets:
    """What `--target` means for one run."""

    def __init__(self, ledger: Ledger) -> None:
        """Start with the targets that the options name."""
        self._ledger: Final = ledger
        self._reached: Final = set(ledger.run.options.targets)
        """The targets, and what was acted on because it depends on one."""
        self._skipped: Final[set[str]] = set()

    def reach(self, urn: str) -> None:
        """Note that *urn* is acted on."""
        if self._reached:
            self._reached.add(urn)

    def includes(self, resource: Resource) -> bool:
        """Tell whether *resource* may be acted on."""
        if not self._ledger.run.options.targets or is_provider(resource.type) or urns.is_stack(resource.urn):
            return True
        if resource.urn in self._ledger.run.options.targets:
            return True
        return self._ledger.run.options.target_dependents and not self._reached.isdisjoint(resource.required())

    def skip(self, new: Resource) -> Step:
        """Return the step that leaves a resource out which does not exist."""
        self._ledger.operated[new.urn] = "same"
        self._skipped.add(new.urn)
        return SkippedCreate(new=new)

    def untouched(self, old: Resource, urn: str) -> list[Step]:
        """Return the steps that carry an untargeted resource on, what it needs first."""
        if old.provider and self._ledger.run.registry.get(old.provider) is None:
            known = self._ledger.olds.get(provider_urn(old.provider))
            if known is None or f"{known.urn}::{known.id}" != old.provider:
                raise ProviderError(f"could not find provider {old.provider} in old state")
            raise ProviderError(
                f"provider {old.provider} for resource {urn} has not been registered yet, this is due to a change of "
                "providers mixed with --target. Change your program back to the original providers"
            )
        steps: list[Step] = []
        self._carry_old(old, steps, urn)
        return steps

    def _carry_old(self, old: Resource, steps: list[Step], urn: str) -> None:
        if old.delete:
            return
        self._ledger.urns.add(old.urn)
        self._ledger.operated[urn] = self._ledger.operated[old.urn] = "same"
        if old.provider and not self._ledger.decided(provider_urn(old.provider)):
            known = self._ledger.olds.get(provider_urn(old.provider))
            if known is not None and f"{known.urn}::{known.id}" == old.provider:
                self._carry_old(known, steps, known.urn)
        for edge in old.edges():
            if edge.urn in self._ledger.operated or edge.urn in self._ledger.deletes:
                continue
            known = self._ledger.olds.get(edge.urn)
            if known is None:
                raise self._ledger.bail(f"{edge.kind} {edge.urn} of untargeted resource {urn} has no old state", urn)
            self._carry_old(known, steps, known.urn)
        new = old.copy()
        new.id = ""
        steps.append(Same(old=old, new=new, untargeted=True))

    def carry_dependencies(self, new: Resource) -> None:
        """Have what *new* depends on, but nothing registered, carried on before it."""
        if not self._ledger.run.options.targets:
            return

        def queue(urn: str) -> None:
            old = self._ledger.olds.get(urn)
            if old is None or self._ledger.decided(urn) or any(item is old for item in self._ledger.carried):
                return
            if old.provider:
                queue(provider_urn(old.provider))
            for edge in old.edges():
                queue(edge.urn)
            self._ledger.carry(old)

        for edge in new.edges():
            queue(edge.urn)

    def checked(self, steps: list[Step]) -> list[Step]:
        """Put what must be carried on first, and refuse what needs a resource that was left out."""
        before: list[Step] = []
        for old in self._ledger.carried:
            if not self._ledger.decided(old.urn):
                new = old.copy()
                new.id = ""
                self._ledger.urns.add(old.urn)
                self._ledger.operated[old.urn] = "same"
                before.append(Same(old=old, new=new, untargeted=True))
        self._ledger.carried.clear()
        steps = before + steps
        if not self._ledger.run.options.targets:
            return steps
        for step in steps:
            if step.new is None or isinstance(step, SkippedCreate):
                continue
            for urn in sorted(step.new.required() & self._skipped):
                self._ledger.bail(
                    f"Resource '{step.new.urn}' depends on '{urn}' which was was not specified in --target list.",
                    step.new.urn,
                )
                if not self._ledger.run.options.preview:
                    raise BailError("untargeted create")
                self._skipped.discard(urn)
        return steps
