"""Check: each exception to a rule names its reason on the same line."""

import re
import tokenize
from pathlib import Path

from ops.checks.source_files import source_files

EXCEPTION = re.compile(
    r"#\s*(?:(?:ruff:\s*)?noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[^]]*\])?|secret-scan:\s*allow)",
)
REASON = re.compile(r"[A-Za-z]+\W+[A-Za-z]+")


def reasons(root: Path) -> list[str]:
    """Return each `noqa` and `type: ignore` that says nothing but its code."""
    findings = []
    for path in source_files(root, suffix=".py"):
        with path.open("rb") as source:
            try:
                comments = [token for token in tokenize.tokenize(source.readline) if token.type == tokenize.COMMENT]
            except (tokenize.TokenError, SyntaxError):
                continue  # the linter names this file
        for token in comments:
            match = EXCEPTION.search(token.string)
            if match and not REASON.search(token.string[match.end() :]):
                place = f"{path.relative_to(root)}:{token.start[0]}"
                findings.append(f"{place}: expected a reason after the exception, found `{token.string.strip()}`")
    return findings
