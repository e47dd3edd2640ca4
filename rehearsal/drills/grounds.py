"""What a drill happens to: throw-away machines, or throw-away servers."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from rehearsal.bring_up import CHECKOUT, STAND_INS, Wishes, bring_up, find_plugins
from rehearsal.check_list import CheckFailedError
from rehearsal.drills.drill import Drill
from rehearsal.drills.place import Place
from rehearsal.hosts.bring_up import STACK, bring_up_hosts
from rehearsal.machines.machines import Machines
from rehearsal.show import Show
from rehearsal.stack_files import STACK as POSTGRES
from rehearsal.stack_runner import StackRunner

ALL_LAYERS = ("*",)
"""Every layer, by the stack `hosts` itself."""


@contextlib.contextmanager
def ground_of(drill: Drill, folder: Path, *, show: Show) -> Iterator[Place]:
    """Bring up in *folder* what *drill* asks for, and end it afterwards."""
    grounds: dict[str, Callable[[Drill, Path, Show], contextlib.AbstractContextManager[Place]]] = {
        "machines": _machines if drill.layers else _bare_machines,
        "servers": _servers,
    }
    with grounds[drill.ground](drill, folder, show) as place, place.closing:
        place.prepare(CHECKOUT)
        yield place


@contextlib.contextmanager
def _bare_machines(drill: Drill, folder: Path, show: Show) -> Iterator[Place]:
    del drill
    stack = _own(folder / "stack")
    runner = StackRunner(stack, stack=STACK, engine="embedded", checkout=CHECKOUT, secrets_of_providers={})
    with Machines(folder / "machines", disk_mib=1024, show=show) as machines:
        yield _place(folder, runner, machines=machines)


@contextlib.contextmanager
def _machines(drill: Drill, folder: Path, show: Show) -> Iterator[Place]:
    plugins = find_plugins(STAND_INS, "standin")
    with bring_up_hosts(
        folder, Wishes(engine="embedded", machines=True), engine="embedded", plugins=plugins, show=show
    ) as lab:
        place = _place(folder, lab.stack, machines=lab.machines)
        place.prepare(CHECKOUT)
        words = " ".join(f"--layer {layer}" for layer in drill.layers)
        command = "up hosts --engine embedded" if drill.layers == ALL_LAYERS else f"hosts apply {words}"
        _typed(place, f"./factory {command} --yes")
        yield place


@contextlib.contextmanager
def _servers(drill: Drill, folder: Path, show: Show) -> Iterator[Place]:
    del drill
    with bring_up(folder, Wishes(engine="embedded"), say=show.say) as lab:
        place = _place(folder, lab.stack)
        place.prepare(CHECKOUT)
        _typed(place, f"./factory up {POSTGRES} --engine embedded --yes")
        yield place


def _place(folder: Path, runner: StackRunner, *, machines: Machines | None = None) -> Place:
    return Place(
        folder=runner.folder,
        home=_own(folder / "home"),
        environment={**runner.environment(), "PYTHONPATH": str(CHECKOUT)},
        machines=machines,
        around=machines.command if machines else list,
    )


def _own(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _typed(place: Place, command: str) -> None:
    done = place.run(command)
    if done.returncode:
        raise CheckFailedError(f"`{command}` ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
