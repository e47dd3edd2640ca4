"""A unit of systemd on a host, and the age of the files that it reads, asked in one question."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import FactProcessError
from pyinfra.api.facts import FactBase

_PROPERTIES = "LoadState,ActiveState,UnitFileState,NeedDaemonReload,ActiveEnterTimestamp"
_MOMENT = "%a %Y-%m-%d %H:%M:%S.%f %Z"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Service:
    """What systemd says of a unit."""

    known: bool
    """Whether its file could be read."""
    active: bool
    enabled: bool
    """Whether it starts when the machine does."""
    masked: bool
    outdated: bool
    """Whether its file changed since systemd read it."""
    older_than_its_files: bool
    """Whether a file that it reads was written after it started."""


class ServiceState(FactBase[Service]):
    """The unit `unit`, which reads `files`."""

    def command(self, unit: str, files: Sequence[str]) -> StringCommand:
        """Ask systemd, then for the newest of the files; a file that is not there has no age."""
        ages = ("stat --format=%.6Y --", *map(QuoteString, files), "2>/dev/null") if files else ("true",)
        return StringCommand(
            *("systemctl show --timestamp=us+utc --property", _PROPERTIES, "--", QuoteString(unit)),
            *("&& echo Newest=$(", *ages, "| sort -n | tail -n 1)"),
        )

    def process(self, output: list[str]) -> Service:
        """Return what systemd says."""
        found = dict(line.partition("=")[::2] for line in output)
        missing = {*_PROPERTIES.split(","), "Newest"} - found.keys()
        if missing:
            raise FactProcessError(f"expected the properties of a unit, found none of {', '.join(sorted(missing))}")
        return Service(
            known=found["LoadState"] in {"loaded", "masked"},
            active=found["ActiveState"] == "active",
            enabled=found["UnitFileState"] in {"enabled", "enabled-runtime"},
            masked=found["LoadState"] == "masked",
            outdated=found["NeedDaemonReload"] == "yes",
            older_than_its_files=_is_older(found["ActiveEnterTimestamp"], newest=found["Newest"]),
        )


def _is_older(started: str, *, newest: str) -> bool:
    if not started or not newest:
        return False
    moment = dt.datetime.strptime(started, _MOMENT).replace(tzinfo=dt.UTC)
    return moment.timestamp() < float(newest)
