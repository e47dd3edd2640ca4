"""What one run has decided so far; planner, targets, replacements and deletions write it and read it."""

from collections.abc import Sequence
from typing import Final

from engine.provider import Provider, ProviderError
from engine.run import BailError, Run
from engine.state import Resource
from engine.urn import is_provider, provider_urn


class Ledger:
    """The decisions of one run. Use it under one lock: decisions depend on those before."""

    def __init__(self, run: Run, *, project: str, stack: str, resources: Sequence[Resource]) -> None:
        """Start from the *resources* of the state."""
        self.run: Final = run
        self.project: Final = project
        self.stack: Final = stack
        self.resources: Final = resources
        self.olds: Final = {resource.urn: resource for resource in resources if not resource.delete}
        self.urns: Final[set[str]] = set()
        """What was declared."""
        self.operated: Final[dict[str, str]] = {}
        """URN → last decision: same, create, update, replace, import or read."""
        self.deletes: Final[set[str]] = set()
        self.condemned: Final[set[int]] = set()
        """Resources (by identity) whose deletion was decided ahead of time."""
        self.aliased: Final[dict[str, str]] = {}
        """Old URN → new URN."""
        self.old_urns: Final[dict[str, str]] = {}
        """New URN → the old one that it was found by."""
        self.providers: Final[dict[str, Resource]] = {}
        """The provider resources that were declared."""
        self.replace_keys: Final[dict[str, Sequence[str]]] = {}
        """Why a resource that was deleted ahead of time is going to be made again."""
        self.carried: Final[list[Resource]] = []
        """What nobody declared but what must be carried on before the next step."""

    def rebase(self) -> None:
        """Look at the state anew after a refresh changed it."""
        self.olds.clear()
        self.olds.update({resource.urn: resource for resource in self.resources if not resource.delete})

    def decided(self, urn: str) -> bool:
        """Tell whether a step for *urn*, or for what it is called now, was decided."""
        return self.aliased.get(urn, urn) in self.operated or urn in self.operated

    def carry(self, old: Resource) -> None:
        """Have *old* carried on before the next step."""
        if not any(item is old for item in self.carried):
            self.carried.append(old)

    def bail(self, message: str, urn: str = "") -> BailError:
        """Report an error and return the exception that stops the run."""
        self.run.say("error", message, urn)
        return BailError(message)

    def provider(self, urn: str, reference: str, kind: str) -> Provider:
        """Return the provider that *reference* names, loaded from the state where the program did not declare it."""
        if is_provider(kind):
            return self.run.registry
        provider = self.run.registry.get(reference)
        if provider is not None:
            return provider
        old = self.olds.get(provider_urn(reference))
        if old is None or f"{old.urn}::{old.id}" != reference:
            raise self.bail(f"unknown provider '{reference}' for resource '{urn}'", urn)
        self.run.registry.same(old, checked=False)
        self.carry(old)
        loaded = self.run.registry.get(reference)
        if loaded is None:  # pragma: no cover  # `same` registers it or raises
            raise AssertionError(reference)
        return loaded

    def ensure_provider(self, resource: Resource) -> None:
        """Load the provider that the state names for *resource*."""
        reference = resource.provider
        if not reference or self.run.registry.get(reference) is not None:
            return
        for candidate in self.resources:
            if f"{candidate.urn}::{candidate.id}" == reference:
                self.run.registry.same(candidate, checked=False)
                return
        raise ProviderError(f"could not load provider for resource {resource.urn}: {reference} is not in the state")
