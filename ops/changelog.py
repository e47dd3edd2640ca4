"""Make the changelog's first section from commit subjects."""

from pathlib import Path

import typer

from ops.cli.exit_code import ExitCode
from ops.history.git_lines import git_lines
from ops.history.subjects import read_subjects
from ops.history.unreleased import with_unreleased

ROOT = Path(__file__).resolve().parent.parent


def changelog() -> None:
    """Make the changelog's first section from commit subjects since the last version tag.

    Example: `./factory changelog` before a release.
    """
    subjects = read_subjects(ROOT, commits=_since_last_version())
    if subjects is None:
        typer.echo("factory: expected a git checkout with commits, found none", err=True)
        raise typer.Exit(ExitCode.LACKING)
    page = ROOT / "CHANGELOG.md"
    page.write_text(with_unreleased(page.read_text(), subjects=subjects))


def _since_last_version() -> str:
    tag = git_lines(ROOT, "describe", "--tags", "--abbrev=0", "--match=v[0-9]*")
    return f"{tag[0]}..HEAD" if tag else "HEAD"
