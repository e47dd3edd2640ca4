"""Which dangerous steps somebody allowed who may."""

import re
from collections.abc import Collection, Iterable

LINE = re.compile(r"^gate: allow (?P<type>\S+) (?P<name>\S+)$")


def waivers(texts: Iterable[tuple[str, str]], *, reviewers: Collection[str]) -> frozenset[tuple[str, str]]:
    """Return (type, name) of each waiver in *texts*, pairs of author and text; only *reviewers* can give one.

    A waiver is a line of its own: `gate: allow postgresql:index/database:Database erp`.
    """
    return frozenset(
        (match["type"], match["name"])
        for author, text in texts
        if author in reviewers
        for line in text.splitlines()
        if (match := LINE.match(line.strip()))
    )
