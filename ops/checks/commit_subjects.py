"""Check: commit subjects are conventional."""

from pathlib import Path

from ops.history.subjects import parse_subject, read_subjects


def commit_subjects(root: Path) -> list[str]:
    """Return each subject of another form; only commits that are not shared yet, for those can still be worded anew."""
    subjects = read_subjects(root, commits="@{upstream}..HEAD")
    if subjects is None:
        subjects = read_subjects(root, commits="HEAD~1..HEAD") or []
    return [
        f"expected a commit subject such as `fix: keep the lock while waiting`, found `{subject}` (A4)"
        for subject in subjects
        if parse_subject(subject) is None
    ]
