"""Check: links between pages lead somewhere."""

import re
from pathlib import Path

from ops.checks.source_files import source_files

LINK = re.compile(r"\]\((?P<target>[^)#\s]+)(#[^)\s]*)?\)")
ELSEWHERE = re.compile(r"[a-z]+:")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def links(root: Path) -> list[str]:
    """Return each link to a file of the checkout that is not there."""
    findings = []
    for page in source_files(root, suffix=".md"):
        text = FENCE.sub(lambda code: "\n" * code.group().count("\n"), page.read_text())
        for number, line in enumerate(text.splitlines(), start=1):
            for match in LINK.finditer(line):
                target = match["target"]
                if not ELSEWHERE.match(target) and not (page.parent / target).exists():
                    findings.append(f"{page.relative_to(root)}:{number}: no such file: {target}")
    return findings
