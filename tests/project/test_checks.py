"""Each check passes on a small project and fails when that is broken in one place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ops.checks.code_format import code_format
from ops.checks.generated_docs import generated_docs
from ops.checks.layout import layout
from ops.checks.links import links
from ops.checks.lint import lint
from ops.checks.reasons import reasons
from ops.checks.run_checks import CHECKS, run_checks
from ops.checks.strict_types import strict_types

GOOD = '"""A module."""\n\nNUMBER: int = 1\n'

BROKEN: dict[str, tuple[Callable[[Path], list[str]], str, str, str]] = {
    "unformatted": (code_format, "x.py", GOOD.replace("int = 1", "int  =  1"), "x.py:3"),
    "unused import": (lint, "x.py", '"""A module."""\n\nimport os\n', "F401"),
    "banned import": (lint, "x.py", GOOD.replace("NUMBER", "from __future__ import annotations\n\nNUMBER"), "TID251"),
    "noqa alone": (reasons, "x.py", GOOD + "import os  # noqa: F401\n", "x.py:4: expected a reason"),
    "type ignore alone": (reasons, "x.py", GOOD + "import y  # type: ignore[import]\n", "x.py:4: expected a reason"),
    "wrong type": (strict_types, "x.py", GOOD.replace("= 1", '= "one"'), "x.py:3: error"),
    "name that says nothing": (layout, "hosts/utils.py", GOOD, "found `utils`"),
    "long file": (layout, "x.py", "#\n" * 401, "at most 400 lines, found 401"),
    "link to nowhere": (
        links,
        "README.md",
        "[a](docs/reference/verbs.md) [b](docs/b.md)\n",
        "README.md:1: no such file",
    ),
    "stale page": (generated_docs, "docs/reference/components.md", "# Components\n", "run `./factory docs`"),
    "component that cannot be read": (generated_docs, "components/half.py", "class Half(", "half.py:1: cannot be read"),
}


def test_whole_project_passes(project: Path) -> None:
    """Every check passes before anything is broken."""
    assert {result.name: result.findings for result in run_checks(project)} == {name: [] for name in CHECKS}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_project_is_named(project: Path, name: str) -> None:
    """One fault gives one finding that names its place."""
    check, path, text, expected = BROKEN[name]
    (project / path).parent.mkdir(exist_ok=True)
    (project / path).write_text(text)

    findings = check(project)

    assert len(findings) == 1, findings
    assert expected in findings[0]


@pytest.mark.parametrize(
    "line", ["import os  # noqa: F401 - kept for readers", "x = y()  # type: ignore[misc]  # no stubs"]
)
def test_exception_with_its_reason_passes(project: Path, line: str) -> None:
    """An exception that says why is no finding."""
    (project / "x.py").write_text(f"{line}\n")

    assert reasons(project) == []


def test_every_check_runs_after_one_failed(project: Path) -> None:
    """A failed check stops no other; what is found is kept with its check."""
    (project / "requirements.txt").unlink()
    checks = {
        name: check for name, check in CHECKS.items() if name in {"lock in step", "generated docs", "secret scan"}
    }

    results = {result.name: result.passed for result in run_checks(project, checks=checks)}

    assert results == {"lock in step": False, "generated docs": True, "secret scan": True}
