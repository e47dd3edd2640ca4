"""Layers that only tests know: one that behaves, and one for each way in which a layer can go wrong."""

from collections.abc import Mapping

from pyinfra.api.exceptions import OperationError
from pyinfra.context import host
from pyinfra.facts.files import FileContents
from pyinfra.operations import server

from hosts.layer import Given, Layer, Value
from hosts.model import Model
from hosts.operations.placed_file import placed_file

FOLDER = "/etc/factory-demo"
NOTE = f"{FOLDER}/note"
SECRET = f"{FOLDER}/secret"
RESTARTS = f"{FOLDER}/restarts"
GIVEN_NAME = "password"


class Inner(Model):
    """Settings within settings."""

    port: int
    """a port, for example 22"""


class Demo(Model):
    """Settings of the layer that behaves."""

    text: str
    """text of the note, for example hello"""
    inner: Inner | None = None
    """more settings, for example {port: 22}"""
    names: Mapping[str, str] | None = None
    """names and addresses, for example {pi1: 10.77.0.201}"""


class Nothing(Model):
    """No settings."""


def _demo(settings: Demo, given: Given) -> None:
    names = "".join(f"{name} {address}\n" for name, address in (settings.names or {}).items())
    note = placed_file(name="Place the note", text=f"{settings.text}\n{names}", dest=NOTE)
    placed_file(name="Place the secret", text=given[GIVEN_NAME], dest=SECRET, mode="600", secret=True)
    server.shell(name="Restart what reads the note", commands=[f"echo restarted >> {RESTARTS}"], _if=note.did_change)


def _read_demo(settings: Demo) -> Mapping[str, str]:
    del settings
    lines = host.get_fact(FileContents, path=NOTE)
    return {} if lines is None else {"note": lines[0], "reversed": lines[0][::-1]}


def _remove_demo(settings: Demo) -> None:
    del settings
    server.shell(name="Remove the folder", commands=[f"rm -r {FOLDER}"])


def _stubborn(settings: Nothing, given: Given) -> None:
    del settings, given
    server.shell(name="Change something every time", commands=["true"])


def _failing(settings: Nothing, given: Given) -> None:
    placed_file(name="Place a file first", text="x\n", dest=f"{FOLDER}/first")
    server.shell(name="Say the secret and fail", commands=[f"echo {given[GIVEN_NAME]} is wrong >&2; exit 3"])
    placed_file(name="Place a file last", text="x\n", dest=f"{FOLDER}/last")
    del settings


def _unanswered(settings: Nothing, given: Given) -> None:
    del settings, given
    placed_file(name="Place a file where a folder is", text="x\n", dest="/etc/ssh")


def _broken(settings: Nothing, given: Given) -> None:
    del settings
    raise OperationError(f"cannot use {given[GIVEN_NAME]}")


def _slow(settings: Nothing, given: Given) -> None:
    del settings, given
    for number in (1, 2, 3):
        server.shell(name=f"Take a second, {number}", commands=[f"sleep 1; mkdir -p {FOLDER}; touch {FOLDER}/{number}"])


PASSWORD = {GIVEN_NAME: Value(meaning="a password", secret=True)}
DEMO = Layer(
    name="demo",
    settings=Demo,
    deploy=_demo,
    given=PASSWORD,
    gives={"note": Value(meaning="the note", secret=False), "reversed": Value(meaning="the note, hidden", secret=True)},
    read_given=_read_demo,
    remove=_remove_demo,
)
DEMO_LAYERS = (
    DEMO,
    Layer(name="stubborn", settings=Nothing, deploy=_stubborn),
    Layer(name="failing", settings=Nothing, deploy=_failing, given=PASSWORD),
    Layer(name="unanswered", settings=Nothing, deploy=_unanswered),
    Layer(name="broken", settings=Nothing, deploy=_broken, given=PASSWORD),
    Layer(name="slow", settings=Nothing, deploy=_slow),
)
