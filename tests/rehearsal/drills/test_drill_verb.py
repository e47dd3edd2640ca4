"""`./factory drill` as it is typed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ops.runbook.read_page import PAGES, read_page
from rehearsal.drills.all_drills import ALL_DRILLS
from rehearsal.drills.drill import Drill
from rehearsal.machines.requirements import MachinesUnavailableError, require_machines

REPOSITORY = Path(__file__).resolve().parents[3]


def drill(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the verb as the launcher does."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "ops", "drill", *words],
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def able() -> None:
    """Skip where no machine can run."""
    try:
        require_machines()
    except MachinesUnavailableError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("one", ALL_DRILLS, ids=lambda one: one.name)
def test_each_drill_has_a_runbook_with_commands(one: Drill) -> None:
    """What nobody could type is refused by the reader of the page."""
    assert read_page(PAGES / one.page)


def test_each_runbook_of_a_loss_has_its_drill() -> None:
    """A page that is typed and never drilled drifts; one that explains another has no commands of its own."""
    drilled = {one.page for one in ALL_DRILLS}
    pages = sorted(PAGES.glob("recover-*.md"))

    assert [page.name for page in pages if page.name not in drilled and read_page(page)] == []


@pytest.mark.parametrize("environment", [{}, {"FACTORY_TARGET": "production"}], ids=["option", "environment"])
def test_production_is_refused(environment: dict[str, str]) -> None:
    """A drill destroys: there is no way to mean production."""
    words = [] if environment else ["--target", "production"]

    done = drill("volumes-lost", *words, **environment)

    assert done.returncode == 2
    assert done.stderr == "error: a drill destroys: it knows no machines but its own, and never those of production\n"


def test_an_unknown_drill_is_refused() -> None:
    """The known ones are named."""
    done = drill("volume-lost")

    assert done.returncode == 2
    assert done.stderr.startswith("error: no such drill: volume-lost. Expected all, list or one of: ")
    assert all(one.name in done.stderr for one in ALL_DRILLS)


def test_list_names_all() -> None:
    """With what happens, and the page, for a program."""
    done = drill("list", "--json")

    assert done.returncode == 0
    assert set(json.loads(done.stdout)) == {one.name for one in ALL_DRILLS}


@pytest.mark.long
@pytest.mark.usefixtures("able")
def test_volumes_come_back_by_the_words_of_the_page() -> None:
    """Same bytes, from the better of two replicas; what was typed stands in the result."""
    done = drill("volumes-lost", "--json")

    assert done.returncode == 0, done.stdout + done.stderr
    (result,) = json.loads(done.stdout)["drills"]
    assert (result["passed"], result["rpo_seconds"], result["fault"]) == (True, 0.0, "")
    assert [each["command"] for each in result["commands"]] == [
        command.text for command in read_page(PAGES / "recover-volumes-lost.md")
    ]


@pytest.mark.long
@pytest.mark.usefixtures("able")
@pytest.mark.parametrize("one", ALL_DRILLS, ids=lambda one: one.name)
def test_each_loss_is_recovered(one: Drill) -> None:
    """By its runbook alone, with the data that were there."""
    done = drill(one.name, "--json")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
@pytest.mark.usefixtures("able")
def test_a_runbook_that_drifted_fails(tmp_path: Path) -> None:
    """A page without the machine that holds the better replica reaches no goal; the data are told to differ."""
    pages = tmp_path / "runbooks"
    shutil.copytree(PAGES, pages)
    page = pages / "recover-volumes-lost.md"
    page.write_text(page.read_text().replace("192.168.1.201", "192.168.1.203"))

    done = drill("volumes-lost", "--pages", pages, "--json")

    assert done.returncode == 1
    (result,) = json.loads(done.stdout)["drills"]
    assert result["fault"].startswith("the data differ: ")
