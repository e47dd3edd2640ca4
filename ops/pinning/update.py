"""Fill a pin, and say what changed."""

import dataclasses
from pathlib import Path

from hosts.pin import Chart, Image, Pin, Program
from ops.pinning.errors import PinError
from ops.pinning.published import Place, published
from ops.pinning.source import with_value


@dataclasses.dataclass(frozen=True, kw_only=True)
class Change:
    """One value that was written."""

    name: str
    place: Place
    value: str

    def __str__(self) -> str:
        """Return a line for a person."""
        return f"{self.name} {'.'.join(self.place)}: open → {self.value}"


def update(file: Path, *, name: str, pin: Pin) -> list[Change]:
    """Ask the publisher, write what was open into *file* and return it.

    Raises:
        PinError: the publisher cannot be reached, or says another thing of a version that is pinned already.

    """
    changes = []
    for place, value in published(pin).items():
        known = _known(pin, place)
        if known is None:
            changes.append(Change(name=name, place=place, value=value))
        elif known != value:
            raise PinError(
                f"{'.'.join(place)}: expected {known} as it is pinned, found that its publisher now says {value} "
                "of the same version: find out why before anything else"
            )
    source = file.read_text()
    for change in changes:
        source = with_value(source, name=name, place=change.place, value=change.value)
    if changes:
        file.write_text(source)
    return changes


def _known(pin: Pin, place: Place) -> str | None:
    if isinstance(pin, Program):
        return pin.files["amd64" if place[1] == "amd64" else "arm64"].sha256
    if isinstance(pin, Chart):
        return pin.version if place == ("version",) else pin.sha256
    return pin.digest if isinstance(pin, Image) else None
