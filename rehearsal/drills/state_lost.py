"""The state file of a stack is gone, or is that of yesterday."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from rehearsal.drills.comparison import Comparison
from rehearsal.drills.drill import Drill
from rehearsal.drills.place import Place
from rehearsal.lab import expect

STACK, PROJECT = "postgres", "factory"


class StateLost:
    """The stack `postgres`, whose databases must survive a state that is not theirs."""

    def __init__(self, place: Place, *, happens: Callable[[Path], None]) -> None:
        """Begin at *place*; *happens* does it to the state file."""
        self._place = place
        self._happens = happens
        self._file = place.folder / "state" / ".pulumi" / "stacks" / PROJECT / f"{STACK}.json"
        self._before = ""

    @property
    def names(self) -> Mapping[str, str]:
        """A folder stands for the bucket of the state."""
        return {"STATE": str(self._place.folder / "state" / ".pulumi")}

    def write(self) -> None:
        """Remember what the state knows."""
        self._before = self._urns()

    def strike(self) -> None:
        """Let it happen to the file."""
        self._happens(self._file)

    def compare(self) -> Comparison:
        """Compare what the state knows; then nothing is to be done."""
        after = self._urns()
        done = self._place.run(f"./factory preview {STACK} --engine embedded --refresh --json")
        expect(done.returncode == 0, f"expected a preview, found:\n{done.stdout[-800:]}{done.stderr[-800:]}")
        counts = json.loads(done.stdout)["counts"]
        changes = {op: count for op, count in counts.items() if op not in ("same", "refresh", "read")}
        found = f"{after.count('urn:')} resources, those of before; asked again, to change: {changes or 'nothing'}"
        return Comparison(same=after == self._before and not changes, found=found)

    def _urns(self) -> str:
        latest = json.loads(self._file.read_text(encoding="utf-8"))["checkpoint"]["latest"]
        return "\n".join(sorted(f"{each['urn']} {each.get('id', '')}" for each in latest["resources"]))


def _remove(file: Path) -> None:
    file.unlink()
    file.with_name(f"{file.name}.bak").unlink(missing_ok=True)


def _roll_back(file: Path) -> None:
    """Put the state back to what it was before the newest database was made."""
    document = json.loads(file.read_text(encoding="utf-8"))
    latest = document["checkpoint"]["latest"]
    last = next(each for each in reversed(latest["resources"]) if each["type"].endswith("Database"))
    name = last["urn"].rpartition("::")[2]
    latest["resources"] = [each for each in latest["resources"] if name not in each["urn"].rpartition("::")[2]]
    shutil.copy(file, file.with_suffix(".kept"))
    file.write_text(json.dumps(document))


LOST = Drill(
    name="state-lost",
    summary="the state file of a stack is gone",
    ground="servers",
    begin=lambda place: StateLost(place, happens=_remove),
)
OLD = Drill(
    name="state-old",
    summary="the state file of a stack is older than what it describes",
    ground="servers",
    begin=lambda place: StateLost(place, happens=_roll_back),
)
