"""Layers of machines through an engine: planned, made, drifted, repaired, refused."""

import signal
import time
from pathlib import Path

import pytest

from rehearsal.machines.machines import Machines
from tests.hosts.demo_layers import FOLDER, NOTE, RESTARTS
from tests.hosts.provider.project import Project, errors, layer, steps
from tests.hosts.worker.process import address_of

SECRET = "word-of-the-demo"  # noqa: S105 - of the demo


@pytest.fixture
def project(lab: Machines, tmp_path: Path) -> Project:
    """Write a project, and take away what an earlier test put on the machines."""
    for machine in lab:
        machine.run(f"sudo rm -rf {FOLDER}")
    return Project(tmp_path, lab)


def test_life_of_a_layer(lab: Machines, project: Project) -> None:
    """Made, unchanged, drifted: the plan names operation and file; up repairs; the state never has a secret."""
    pi1 = lab["pi1"]
    project.declare(layer("note", address_of(pi1)))
    assert steps(project.run("up")) == {"note": "create"}
    assert steps(project.run("up", "--refresh")) == {"note": "same"}
    state = project.state()["note"]
    assert (state["pending"], state["differences"], state["gives"]) == ([], {}, {"note": "hello"})

    pi1.run(f"echo other | sudo tee {NOTE}")
    assert steps(project.run("preview")) == {"note": "same"}, "a plain preview asks no machine"
    plan = project.text("preview", "--refresh")
    assert "Place the note" in plan
    shown = [line.strip() for line in plan.splitlines()]
    assert shown[shown.index("-other") :][:2] == ["-other", "+hello"], "the difference is shown line by line"
    assert steps(project.run("up", "--refresh")) == {"note": "update"}
    assert pi1.run(f"cat {NOTE}; wc -l < {RESTARTS}").stdout == "hello\n2\n"
    assert steps(project.run("preview", "--refresh")) == {"note": "same"}

    stored = "".join(file.read_text() for file in project.folder.rglob("*.json*") if file.name != "layers.json")
    assert SECRET not in stored
    assert SECRET not in plan
    assert '"olleh"' not in stored, "what a layer gives and must not be shown is encrypted"


def test_progress_is_shown(lab: Machines, project: Project) -> None:
    """Who watches an apply is told, for each layer, what is asked and which operation of how many is at work."""
    project.declare(layer("note", address_of(lab["pi1"])))
    told = project.watched("up").splitlines()
    assert told[0] == "note asking"
    assert "note 1/3 Place the note" in told


def test_previews_contact_no_machine(lab: Machines, project: Project) -> None:
    """What would be made is planned without a connection, also from what another layer will give."""
    nowhere = address_of(lab["pi1"], address="10.77.0.9")
    project.declare(layer("first", nowhere), layer("second", {**nowhere, "name": "pi2"}, note_of="first"))
    document = project.run("preview")
    assert errors(document) == []
    assert steps(document) == {"first": "create", "second": "create"}


def test_what_a_layer_gives_reaches_another(lab: Machines, project: Project) -> None:
    """A secret goes from machine to machine; a change that keeps it leaves the other layer alone."""
    first = layer("first", address_of(lab["pi1"]))
    second = layer("second", address_of(lab["pi2"]), note_of="first")
    project.declare(first, second)
    assert steps(project.run("up")) == {"first": "create", "second": "create"}
    assert lab["pi2"].run(f"sudo cat {FOLDER}/secret").stdout == "olleh"
    changed = {**first, "settings": {"text": "hello", "inner": {"port": 22}}}
    project.declare(changed, second)
    assert steps(project.run("preview")) == {"first": "update", "second": "same"}


def test_wrong_settings_fail_before_any_connection(lab: Machines, project: Project) -> None:
    """Each fault is named with its path and the key that was meant; the machine need not exist."""
    nowhere = address_of(lab["pi1"], address="10.77.0.9", usr="pi")
    wrong = layer("one", nowhere, settings={"txt": "hello", "inner": {"port": "22"}}, password="")
    unknown = layer("two", address_of(lab["pi1"], address="10.77.0.9"), kind="dmo")
    said = ""
    for declared in (wrong, unknown):
        project.declare(declared)
        said += "\n".join(errors(project.run("preview")))
    for part in (
        'settings.txt: unknown key, did you mean "text"? Expected text, inner, names',
        "settings.inner.port: Input should be a valid integer. Expected: a port, for example 22",
        'host.usr: unknown key, did you mean "user"?',
        "given.password: missing. Expected a password",
        'layer: unknown layer, did you mean "demo"?',
    ):
        property_, _, reason = part.partition(": ")
        assert property_ in said
        assert reason in said


def test_unreachable_machine_fails_alone(lab: Machines, project: Project) -> None:
    """A refresh with one machine away is an error that names it; the others are asked and shown."""
    far, near = layer("far", address_of(lab["pi1"])), layer("near", address_of(lab["pi2"]))
    project.declare(far, near)
    project.run("up")
    lab["pi2"].run(f"echo other | sudo tee {NOTE}")
    lab["pi1"].run("sudo systemctl stop ssh.socket ssh.service || true", check=False)
    try:
        document = project.run("refresh")
    finally:
        lab["pi1"].kill()
        lab["pi1"].start()
    assert document.result == "failed"
    assert any(f"pi1 ({lab['pi1'].address}): the connection was refused" in error for error in errors(document))
    assert project.state()["near"]["pending"] == ["Place the note", "Restart what reads the note"]
    assert project.state()["far"]["pending"] == []


def test_failure_is_an_error_and_is_tried_again(lab: Machines, project: Project) -> None:
    """A layer that fails is not in the state, and the error has its reason without the secret."""
    project.declare(layer("wrong", address_of(lab["pi1"]), kind="failing"))
    document = project.run("up")
    (error,) = [one for one in errors(document) if "layer failing" in one]
    assert "“Say the secret and fail” failed; done before: Place a file first" in error
    assert "[secret] is wrong" in error
    assert SECRET not in error
    assert project.state() == {}
    assert steps(project.run("preview")) == {"wrong": "create"}


def test_no_longer_declared(lab: Machines, project: Project) -> None:
    """A layer that knows how is taken away from the machine when it is no longer declared."""
    project.declare(layer("note", address_of(lab["pi1"])))
    project.run("up")
    project.declare()
    assert steps(project.run("up")) == {"note": "delete"}
    assert lab["pi1"].run(f"ls {FOLDER}", check=False).returncode != 0


def test_production_is_refused_in_the_provider(tmp_path: Path) -> None:
    """A machine of production is refused by the provider too, whatever the program forgot; nothing is contacted."""
    project = Project(tmp_path, None)
    project.declare(layer("note", {"name": "pi1", "address": "192.168.1.201"}))
    said = "\n".join(errors(project.run("preview")))
    assert "host.address: 192.168.1.201 is production" in said


@pytest.mark.slow
def test_interrupted_up_stops_after_the_running_operation(lab: Machines, project: Project) -> None:
    """Ctrl-C ends the operation under way and runs no other; the error says what was done."""
    project.declare(layer("slow", address_of(lab["pi3"]), kind="slow"))
    said = project.interrupted("up", when=lambda: lab["pi3"].run("pgrep -x sleep", check=False).returncode == 0)
    assert "stopped before “Take a second, 2”; done before: Take a second, 1" in said
    assert lab["pi3"].run(f"ls {FOLDER}").stdout == "1\n"


@pytest.mark.slow
def test_killed_engine_stops_after_the_running_operation(lab: Machines, project: Project) -> None:
    """When the engine and the provider are killed, the worker ends the operation under way and runs no other."""
    project.declare(layer("slow", address_of(lab["pi3"]), kind="slow"))
    project.interrupted(
        "up", when=lambda: lab["pi3"].run("pgrep -x sleep", check=False).returncode == 0, number=signal.SIGKILL
    )
    time.sleep(4)
    assert lab["pi3"].run(f"ls {FOLDER}").stdout == "1\n"
