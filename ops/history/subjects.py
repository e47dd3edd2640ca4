"""Commit subjects, read from git."""

import re
from dataclasses import dataclass
from pathlib import Path

from ops.history.git_lines import git_lines

FORM = re.compile(
    r"(?P<kind>feat|fix|perf|refactor|docs|test|chore|build|ci|style|revert)"
    r"(?:\([\w./-]+\))?(?P<breaking>!)?: (?P<text>\S.*)",
)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A conventional subject, taken apart."""

    kind: str
    """What sort of change it is."""

    text: str
    """The sentence."""

    breaking: bool
    """Whether something has to be done by users."""


def parse_subject(line: str) -> Subject | None:
    """Return the parts of a conventional subject, nothing for another line."""
    match = FORM.fullmatch(line)
    if match is None:
        return None
    return Subject(kind=match["kind"], text=match["text"], breaking=match["breaking"] is not None)


def read_subjects(root: Path, *, commits: str) -> list[str] | None:
    """Return the subjects of a range of commits, newest first; nothing when git does not know the range."""
    return git_lines(root, "log", "--no-merges", "--format=%s", commits, "--")
