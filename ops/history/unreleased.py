"""The section of the changelog for what is not released yet."""

from collections.abc import Iterable

from ops.history.subjects import parse_subject

HEADINGS = {"feat": "Added", "perf": "Changed", "refactor": "Changed", "revert": "Changed", "fix": "Fixed"}
UNRELEASED = "## Unreleased\n"


def with_unreleased(changelog: str, *, subjects: Iterable[str]) -> str:
    """Return *changelog* with its first section made from commit subjects, newest first; other sections stay."""
    entries: dict[str, list[str]] = {}
    for line in subjects:
        subject = parse_subject(line)
        if subject and (subject.kind in HEADINGS or subject.breaking):
            mark = "**Breaking:** " if subject.breaking else ""
            text = subject.text[0].upper() + subject.text[1:]
            entries.setdefault(HEADINGS.get(subject.kind, "Changed"), []).append(f"* {mark}{text}")
    sections = [f"\n### {heading}\n\n" + "\n".join(entries[heading]) + "\n" for heading in sorted(entries)]
    before, _, rest = changelog.partition(UNRELEASED)
    released = rest.find("\n## ")
    return before + UNRELEASED + "".join(sections) + (rest[released:] if released >= 0 else "")
