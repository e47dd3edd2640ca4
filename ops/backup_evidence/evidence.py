"""Ask for proof of every backup that should be there."""

import dataclasses
import datetime as dt
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from ops.backup_evidence.age_and_size import OLDEST, OLDEST_BY_HAND, age_and_size_faults
from ops.backup_evidence.archive import Archive
from ops.backup_evidence.collected_states import OPERATOR
from ops.backup_evidence.isolated_vault import IsolatedVaultError
from ops.backup_evidence.keeper import Keeper, KeeperError
from ops.backup_evidence.restore_faults import proof, restore_faults
from ops.backup_evidence.scratch_databases import NotRestoredError
from ops.backup_evidence.ways import Ways

NO_MORE = Ways()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is known of the backup of one source."""

    host: str
    source: str
    archive: str
    """The newest; empty where there is none."""
    time: str
    """When it was collected; empty where there is none."""
    size: int
    faults: Sequence[str]
    """Why it counts as not backed up; none where it was restored and found the same."""
    proof: str = ""
    """What was proved; empty where something is wrong."""

    @property
    def name(self) -> str:
        """How it is asked for."""
        return f"{self.host}/{self.source}"


def evidence(
    keeper: Keeper,
    expected: Mapping[str, Sequence[str]],
    *,
    now: dt.datetime,
    only: Collection[str] = (),
    ways: Ways = NO_MORE,
) -> Iterator[Evidence]:
    """Yield what proves or disproves each of the *expected* sources, by host; what else is kept is proved too.

    *only* are names such as `pi2/postgres`: others are left aside.
    """
    for host, sources in expected.items():
        try:
            archives, damage = keeper.archives(host), ""
        except KeeperError as error:
            archives, damage = (), f"not asked: {error}"
        if archives:
            damage = _damage(keeper, host, every_byte=ways.every_byte)
        for source in sorted({*sources, *(archive.source for archive in archives)}):
            if only and f"{host}/{source}" not in only:
                continue
            own = [archive for archive in archives if archive.source == source]
            faults = [damage] if damage else []
            faults += age_and_size_faults(own, now=now, oldest=OLDEST_BY_HAND if host == OPERATOR else OLDEST)
            yield _of_source(keeper, host, source, archives=own, faults=faults, ways=ways)


def _of_source(  # noqa: PLR0913 - what is known of a source
    keeper: Keeper, host: str, source: str, *, archives: Sequence[Archive], faults: list[str], ways: Ways
) -> Evidence:
    newest, proved = archives[-1] if archives else None, ""
    if newest is not None:
        proved, more = _restored(keeper, newest, ways=ways)
        faults += more
    return Evidence(
        host=host,
        source=source,
        archive=newest.id[:8] if newest else "",
        time=newest.time.isoformat(timespec="seconds") if newest else "",
        size=newest.size if newest else 0,
        faults=faults,
        proof="" if faults else proved,
    )


def _damage(keeper: Keeper, host: str, *, every_byte: bool) -> str:
    try:
        keeper.check(host, every_byte=every_byte)
    except KeeperError as error:
        return f"damaged: {error}"
    return ""


def _restored(keeper: Keeper, archive: Archive, *, ways: Ways) -> tuple[str, list[str]]:
    with tempfile.TemporaryDirectory(prefix="factory-backup-") as place:
        fetched, scratch = Path(place, "fetched"), Path(place, "scratch")
        fetched.mkdir()
        scratch.mkdir()
        Path(place).chmod(0o711)
        try:
            keeper.fetch(archive, fetched)
            return proof(fetched, ways=ways), [*restore_faults(fetched, scratch=scratch, ways=ways)]
        except (KeeperError, NotRestoredError, IsolatedVaultError, OSError, ValueError, KeyError) as error:
            return "", [f"not restored: {error}"]
