"""A lane of the kill test: runs that are killed at random points, each followed by a look at what is left."""

import dataclasses
import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future

from engine.urn import is_provider
from engine.values import reveal
from tests.engine.robustness import shelf
from tests.engine.robustness.place import STACK, Place, Running, alive, until
from tests.engine.robustness.programs.declared import WISHES
from tests.engine.robustness.wishes import Wish, next_wishes

Export = Callable[[bytes], "Future[str] | None"]
"""Has a state file loaded by the official CLI, where there is one."""


class Lane:
    """Objects of one kind, killed in one way."""

    def __init__(self, place: Place, *, seed: int, kind: str, whole_group: bool, export: Export) -> None:
        """Work in *place*; *whole_group* kills the providers too, else the engine alone."""
        self._place = place
        self._chance = random.Random(seed)  # noqa: S311  # a test that can be repeated, no cryptography
        self._kind = kind
        self._whole_group = whole_group
        self._export = export
        self._exports: list[Future[str]] = []
        self._wishes: list[Wish] = []
        self._deleting: set[str] = set()
        self._typical = 2.0
        self._round = 0
        self.seconds = 0.0
        """How long all took."""
        self.kills = 0
        """How many runs were killed."""
        self.seen: Counter[str] = Counter()
        """What the kills left: operations under way, and whether the object was there."""

    def go(self, kills: int) -> None:
        """Kill until there were *kills*; every kill is followed by checks, and sooner or later by a whole run.

        Raises:
            AssertionError: something was lost, doubled or left.

        """
        began = time.monotonic()
        while self.kills < kills:
            self._round += 1
            self._wishes = next_wishes(self._chance, before=self._wishes, kind=self._kind, round_=self._round)
            wishes = [dataclasses.asdict(wish) for wish in self._wishes]
            (self._place.project / WISHES).write_text(json.dumps(wishes))
            for _ in range(self._chance.choice((1, 2, 3))):
                if self._killed():
                    self.kills += 1
                    self._look()
                    self._answer()
            self._finish()
        self.seconds = time.monotonic() - began
        for export in self._exports:
            assert not export.result(), f"the official CLI refuses the state:\n{export.result()}"

    def where(self) -> str:
        """Name the point that was reached."""
        return f"{self._kind}, round {self._round}, kill {self.kills}, in {self._place.folder}"

    # Killing -----------------------------------------------------------------------------------------------------

    def _killed(self) -> bool:
        """Run `up` and kill it at a random point; false when it ended before."""
        chance, place = self._chance, self._place
        mark = chance.randint(1, len(self._wishes) + 3)
        how = chance.choices(("stop", "mark", "time"), weights=(4, 4, 2))[0]
        wait = chance.uniform(0.2, 1.1)
        pause = chance.uniform(0, 0.03)
        before = len(place.journal())
        running = place.start("up", **({shelf.STOP: f"#{mark}"} if how == "stop" else {}))

        def reached() -> bool:
            new = place.journal()[before:]
            if running.process.poll() is not None:
                return True
            return "stopped" in new if how == "stop" else len(new) > mark

        if how == "time":
            time.sleep(wait * self._typical)
        else:
            until(reached, what="a mark of the provider, or the end of the run")
            time.sleep(pause)
        if running.process.poll() is not None:
            self.seen["ended before"] += 1
            return False
        self._kill(running)
        return running.process.wait() == -signal.SIGKILL

    def _kill(self, running: Running) -> None:
        groups = [running.process.pid]
        if self._whole_group:
            groups += [process for process in self._place.providers() if alive(process)]
            self._chance.shuffle(groups)
        for group in groups:
            try:
                os.killpg(group, signal.SIGKILL)
            except ProcessLookupError:
                continue
            time.sleep(self._chance.choice((0, 0, 0.01)))

    # Looking -----------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Check that the state loads, that no provider is left, and that every object is accounted for."""
        place = self._place
        until(lambda: not any(alive(process) for process in place.providers()), what="the end of the providers")
        if not place.state_file.exists():
            self.seen["no state yet"] += 1
            assert not place.objects()
            return
        if (export := self._export(place.state_file.read_bytes())) is not None:
            self._exports.append(export)
        snapshot = place.load()
        objects = place.objects()
        recorded = {item.id: item for item in snapshot.resources if item.custom and not is_provider(item.type)}
        creating = {
            str(reveal(item.resource.inputs.get("name"))) for item in snapshot.pending if item.kind == "creating"
        }
        # As in the official engine the note of a deletion goes with the next run's first write; then it is done again.
        self._deleting |= {item.resource.urn for item in snapshot.pending if item.kind == "deleting"}
        for identity, inputs in objects.items():
            assert identity in recorded or inputs["name"] in creating, f"{identity} is lost; {self.where()}"
        for identity, resource in recorded.items():
            there = identity in objects or resource.pending_replacement or resource.urn in self._deleting
            assert there, f"{identity} is recorded but does not exist; {self.where()}"
        names = Counter(str(inputs["name"]) for inputs in objects.values())
        assert not [name for name, count in names.items() if count > 1], f"made twice: {names}; {self.where()}"
        for item in snapshot.pending:
            there = any(inputs["name"] == item.resource.inputs.get("name") for inputs in objects.values())
            self.seen[f"{item.kind}, {'there' if there else 'not there'}"] += 1
        self.seen["nothing under way"] += not snapshot.pending

    def _answer(self) -> None:
        """Answer for creations whose id nobody can know; the first time see that the engine asks."""
        place = self._place
        if self._kind == "Named" or not place.state_file.exists():
            return
        objects = place.objects()
        answers: list[str] = []
        for item in place.load().pending:
            if item.kind == "creating" and item.resource.type == "shelf:index:Numbered":
                found = [key for key, inputs in objects.items() if inputs["name"] == item.resource.inputs["name"]]
                answers.append(f"{item.resource.urn}={''.join(found)}")
        if not answers:
            return
        if not self.seen["answered"]:
            refused = place.run("up")
            assert refused.code == 1, f"{refused.stdout}\n{refused.stderr}"
            assert all(answer.rpartition("=")[0] in refused.stderr for answer in answers), refused.stderr
            assert place.objects() == objects
        self.seen["answered"] += len(answers)
        script = ["-m", "tests.engine.robustness.answer", str(place.project), STACK, *answers]
        done = place.start_python(script).wait()
        assert done.code == 0, f"{answers}: {done.stderr}; {self.where()}"

    def _finish(self) -> None:
        """Run to the end and compare what is declared, what is recorded and what exists."""
        place = self._place
        began = time.monotonic()
        done = place.run("up")
        self._typical = time.monotonic() - began
        assert done.code == 0, f"{done.stdout}\n{done.stderr}\n{self.where()}"
        self._deleting.clear()
        snapshot = place.load()
        resources = [item for item in snapshot.resources if item.custom and not is_provider(item.type)]
        assert not snapshot.pending, self.where()
        assert not [item.urn for item in resources if item.delete or item.pending_replacement], self.where()
        recorded = {item.id: reveal(dict(item.inputs)) for item in resources}
        assert recorded == place.objects(), self.where()
        found = {item.urn.rpartition("::")[2]: (item.inputs["name"], item.inputs["value"]) for item in resources}
        assert found == {wish.resource: (wish.name, wish.value) for wish in self._wishes}, self.where()
        assert not list(place.lock_folder.iterdir()), self.where()
