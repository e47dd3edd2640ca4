"""Check: who changes a layer, a component or a stack changes its page."""

import fnmatch
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ops.guide.page_header import page_header
from ops.history.git_lines import git_lines

UNCHANGED = re.compile(r"^Docs-Unchanged: \S", re.MULTILINE)
SINCE = "2026-11-24T06:00:00Z"
"""The pages described the code of this moment; commits before it count as seen."""
COMMIT, BODY = "\x01", "\x02"


def docs_in_step(root: Path, *, since: str = SINCE) -> list[str]:
    """Return each commit that changed what a page describes, after the last change of the page, without a word why."""
    form = f"--format={COMMIT}%h%n%B{BODY}"
    told = git_lines(root, "log", "--no-merges", "--name-only", f"--since={since}", form, separator=COMMIT)
    if not told:
        return []
    commits = [(*told_of.partition("\n")[::2],) for told_of in told]
    findings = []
    for page in sorted((root / "docs").rglob("*.md")):
        if patterns := page_header(page).describes:
            name = str(page.relative_to(root))
            findings += [
                f"{name}: {commit} changed {', '.join(files)}. Change the page, or give the commit a line "
                "`Docs-Unchanged: REASON`"
                for commit, files in _behind(commits, name, patterns)
            ]
    return findings


def _behind(commits: Sequence[tuple[str, ...]], page: str, patterns: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the commits, newest first, that changed what *patterns* name, down to the last change of *page*."""
    for commit, text in commits:
        message, _, names = text.partition(BODY)
        files = names.split()
        if page in files:
            return
        changed = [file for file in files if any(fnmatch.fnmatchcase(file, pattern) for pattern in patterns)]
        if changed and not UNCHANGED.search(message):
            yield commit, changed
