"""The command line: verbs, help and exit codes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ops.cli.verbs import find_verbs
from ops.reference.described_verbs import DescribedVerb, described_verbs

REPOSITORY = Path(__file__).resolve().parents[2]
VERBS = [verb.name for verb in find_verbs()]


def factory(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a verb as the launcher does."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "ops", *words],
        cwd=REPOSITORY,
        env={**os.environ, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_verb_lists_the_verbs() -> None:
    """`./factory` alone lists every verb with a summary and is no error."""
    done = factory()

    assert done.returncode == 0
    assert re.findall(r"^│ ([a-z]+) +[A-Z]", done.stdout, re.MULTILINE) == VERBS


@pytest.mark.parametrize("verb", described_verbs(REPOSITORY), ids=lambda verb: " ".join(verb.words))
def test_help_has_an_example(verb: DescribedVerb) -> None:
    """Each verb says how it is used; a group lists its verbs."""
    done = factory(*verb.words, "--help")

    assert done.returncode == 0
    assert ("Commands" if verb.is_group else "Example") in done.stdout


@pytest.mark.parametrize("words", [["chek"], ["check", "--jsn"], ["check", "surplus"]])
def test_wrong_use_ends_with_2(words: list[str]) -> None:
    """A verb, option or argument that does not exist is wrong use."""
    assert factory(*words).returncode == 2


def test_mistyped_verb_is_answered() -> None:
    """A mistyped verb is answered with the nearest one."""
    assert "'check'" in factory("chek").stderr


def test_missing_program_ends_with_3(tmp_path: Path) -> None:
    """Where a needed program is missing, doctor names it and ends with 3; a missing Pulumi CLI alone is no fault."""
    done = factory("doctor", "--json", PATH=str(tmp_path))

    document = json.loads(done.stdout)
    verdicts = {finding["name"]: (finding["ok"], finding["needed"]) for finding in document["findings"]}
    assert done.returncode == 3
    assert verdicts["Debian packages"] == (False, True)
    assert verdicts["Pulumi CLI"] == (False, False)


def test_only_the_named_verb_is_imported() -> None:
    """Listing the verbs imports none of them, so that help and completion stay quick."""
    program = "import sys; from ops.cli.verbs import build_app; build_app(['lock']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True)

    loaded = set(done.stdout.split())
    assert "ops.lock" in loaded
    assert not loaded & {"ops.check", "ops.test", "pulumi", "grpc"}


def test_completion_offers_the_verbs() -> None:
    """The shell is offered the verbs that begin as typed."""
    done = factory(_FACTORY_COMPLETE="complete_bash", COMP_WORDS="factory d", COMP_CWORD="1")

    assert set(done.stdout.split()) == {verb for verb in VERBS if verb.startswith("d")}


def test_our_packages_are_found_from_anywhere(tmp_path: Path) -> None:
    """No installed package hides one of ours, and a process in another folder finds them."""
    ours = sorted(path.parent.name for path in REPOSITORY.glob("*/__init__.py"))
    program = f"import importlib; print(*(importlib.import_module(name).__file__ for name in {ours}), sep='\\n')"

    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines() == [str(REPOSITORY / name / "__init__.py") for name in ours]
