"""Whether the objects of a manifest are in the cluster as the manifest says, asked in one question."""

import re
from typing import Literal

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase

Answer = tuple[str, ...] | Literal["no cluster"]

DIFFERENCES = "KUBECTL_EXTERNAL_DIFF='diff -rqN' k3s kubectl diff --server-side --force-conflicts --filename"
"""Names what differs and shows nothing of it: the server computes it, so that what it fills in is no difference."""
_DIFFERS = re.compile(r"^Files \S+/(\S+) and \S+ differ$")
_NO_KIND = re.compile(r'no matches for kind "(\w+)"')
_NO_NAMESPACE = re.compile(r'namespaces "([a-z0-9-]+)" not found')


class AppliedObjects(FactBase[Answer]):
    """What of the manifest at `path` is not in the cluster as the file says, by name; `no cluster` where none runs."""

    def command(self, path: str) -> StringCommand:
        """Ask the API; that no server runs here is an answer, that a running one says nothing is none."""
        return StringCommand(
            *("if ! [ -e", QuoteString(path), "] || ! systemctl is-active --quiet k3s.service; then echo 'no cluster'"),
            *(";", "else", DIFFERENCES, QuoteString(path), "2>&1; code=$?; echo answer $code; fi"),
        )

    def process(self, output: list[str]) -> Answer:
        """Return the names, as kubectl makes them: version, kind, namespace and name."""
        if output == ["no cluster"]:
            return "no cluster"
        return read_answer(output)


def read_answer(output: list[str]) -> tuple[str, ...]:
    """Return what differs, from what kubectl says of it.

    Raises:
        ValueError: it says something else: then nothing is known.

    """
    found = {match[1] for line in output if (match := _DIFFERS.match(line))}
    for pattern, what in ((_NO_KIND, "the kind"), (_NO_NAMESPACE, "the namespace")):
        found |= {f"{what} {match[1]}" for line in output if (match := pattern.search(line))}
    code = output[-1].removeprefix("answer ") if output else ""
    if code == "0" or found:
        return tuple(sorted(found))
    said = "; ".join(output[:-1]) or "nothing"
    raise ValueError(f"the cluster's API: expected what differs from a manifest, found: {said}")
