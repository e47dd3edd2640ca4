"""Check: files are small and named for what they hold."""

from pathlib import Path

from ops.checks.source_files import source_files

SAYS_NOTHING = {"utils", "util", "common", "helpers", "helper", "misc", "shared"}
LONGEST = 400


def layout(root: Path) -> list[str]:
    """Return each Python file that is too long or whose name does not say what it holds."""
    findings = []
    for path in source_files(root, suffix=".py"):
        name = path.relative_to(root)
        empty = SAYS_NOTHING.intersection((*name.parts[:-1], name.stem))
        findings += [f"{name}: expected a name that says what it holds, found `{part}` (L4)" for part in empty]
        lines = path.read_text().count("\n")
        if lines > LONGEST:
            findings.append(f"{name}: expected at most {LONGEST} lines, found {lines}: divide it (L3)")
    return findings
