"""Runs every check, also after one has failed."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.checks.code_format import code_format
from ops.checks.commit_subjects import commit_subjects
from ops.checks.docs_in_step import docs_in_step
from ops.checks.generated_docs import generated_docs
from ops.checks.import_direction import import_direction
from ops.checks.layout import layout
from ops.checks.links import links
from ops.checks.lint import lint
from ops.checks.lock_in_step import lock_in_step
from ops.checks.reasons import reasons
from ops.checks.secret_scan import secret_scan
from ops.checks.stack_files import stack_files
from ops.checks.start_order import start_order
from ops.checks.strict_types import strict_types

Check = Callable[[Path], list[str]]

CHECKS: Mapping[str, Check] = {
    "lock in step": lock_in_step,
    "format": code_format,
    "lint": lint,
    "reasons for exceptions": reasons,
    "import direction": import_direction,
    "file layout": layout,
    "generated docs": generated_docs,
    "docs in step": docs_in_step,
    "stack files": stack_files,
    "order of the start": start_order,
    "links in pages": links,
    "secret scan": secret_scan,
    "commit subjects": commit_subjects,
    "types": strict_types,
}


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """What one check said."""

    name: str
    """Name of the check."""

    findings: list[str]
    """What is wrong, one line each; empty when the check passed."""

    seconds: float
    """How long it took."""

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def run_checks(root: Path, *, checks: Mapping[str, Check] = CHECKS) -> Iterator[CheckResult]:
    """Run the checks one after the other and give each result as it comes."""
    for name, check in checks.items():
        started = time.monotonic()
        findings = check(root)
        yield CheckResult(name=name, findings=findings, seconds=time.monotonic() - started)
