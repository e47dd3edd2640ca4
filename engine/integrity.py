"""The rules that a state must keep; checked when it is read and before every write."""

from collections import Counter
from collections.abc import Sequence

from engine.state import Resource
from engine.urn import is_provider


class IntegrityError(Exception):
    """The state breaks a rule, so nothing may be done with it."""


def verify(resources: Sequence[Resource]) -> None:
    """Check that all that a resource needs stands before it and that no URN is alive twice.

    Raises:
        IntegrityError: names the resource and the rule.

    """
    urns: set[str] = set()
    providers: set[str] = set()
    for position, resource in enumerate(resources):
        if not resource.urn or not resource.type:
            raise IntegrityError(f"resource {position} of the state has no URN or no type")
        if not resource.custom and resource.id:
            raise IntegrityError(f"{resource.urn} is a component but has an id")
        if resource.provider and resource.provider not in providers and not resource.pending_replacement:
            raise IntegrityError(f"{resource.urn} refers to the unknown provider {resource.provider}")
        if is_provider(resource.type):
            providers.add(f"{resource.urn}::{resource.id}")
        for edge in resource.edges():
            if edge.urn not in urns and edge.kind != "replaceWith":
                later = any(other.urn == edge.urn for other in resources[position + 1 :])
                what = "comes after it" if later else "is missing"
                raise IntegrityError(f"{resource.urn}: its {edge.kind} {edge.urn} {what}")
        urns.add(resource.urn)
    alive = Counter(resource.urn for resource in resources if not resource.delete)
    for urn, count in alive.items():
        if count > 1:
            raise IntegrityError(f"{urn} stands {count} times in the state without being marked for deletion")
