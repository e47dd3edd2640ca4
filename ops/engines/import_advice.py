"""The command that takes over what a run was refused to make because it is there."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from engine.urn import PROVIDER_PREFIX, package, split

TAKEN: Final = re.compile(r"already (exists|own|in use)")
"""What servers say to a second object of a name; ours of these types take up the first."""
IDENTITIES: Final = {
    "cloudflare:index/r2Bucket:R2Bucket": "ACCOUNT_ID/BUCKET/default",
    "gcp:storage/bucket:Bucket": "PROJECT/BUCKET",
    "ovh:Iam/policy:Policy": "ID_OF_THE_POLICY",
    "vault:index/authBackend:AuthBackend": "PATH",
    "vault:index/mount:Mount": "PATH",
}
"""Type → by what its objects are imported; decision 0034 has the same."""


class Said(Protocol):
    """A message of either engine."""

    @property
    def urn(self) -> str:
        """Return which resource it is about."""
        ...

    @property
    def message(self) -> str:
        """Return its text."""
        ...


def import_advice(said: Iterable[Said], *, stack: str, urns: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each resource of *said* that is there already; *urns* are those of the state."""
    for urn in dict.fromkeys(one.urn for one in said if one.urn and TAKEN.search(one.message)):
        parts = split(urn)
        if parts.type not in IDENTITIES:
            continue
        words = ["./factory import", stack, parts.type, parts.name, IDENTITIES[parts.type]]
        words += ["--parent", _parent(urn, urns)] if "$" in parts.types else []
        words += ["--provider", _only(one for one in urns if split(one).type == PROVIDER_PREFIX + package(parts.type))]
        yield f"{parts.name} is there already. If it is ours, take it over and run again:\n  {' '.join(words)}"


def _parent(urn: str, urns: Sequence[str]) -> str:
    """Return the URN of the component that *urn* is in: the only one of its type, or the one of the same name."""
    parts = split(urn)
    alike = [one for one in urns if split(one).types == parts.types.rpartition("$")[0]]
    return _only(one for one in alike if len(alike) == 1 or split(one).name == parts.name)


def _only(found: Iterable[str]) -> str:
    listed = [*found]
    return f"'{listed[0]}'" if len(listed) == 1 else "URN"
