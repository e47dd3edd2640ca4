"""Choose the best of several replicas of one volume, and say why."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from recovery.longhorn.fault import ChainError
from recovery.longhorn.read_replica import read_replica
from recovery.longhorn.replica import Replica

_FOLDER_NAME: Final = re.compile(r"(.+)-[0-9a-f]{8}")
"""Longhorn names the folder for the volume and a random ending."""
_TOGETHER: Final = 5 * 10**9
"""Longhorn takes heads written within these nanoseconds as equally new."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The replica to use."""

    replica: Replica
    """The best one."""

    reasons: tuple[str, ...]
    """Why it and not another."""

    refused: tuple[ChainError, ...]
    """Why others cannot be used."""

    warnings: tuple[str, ...]
    """What makes the choice doubtful."""


def choose_replica(folders: Sequence[Path], *, backing: Path | None = None) -> Choice:
    """Return the best replica in *folders*, or raise ChainError when none can be used."""
    _refuse_strangers(folders)
    usable: list[Replica] = []
    refused: list[ChainError] = []
    for folder in folders:
        try:
            usable.append(read_replica(folder, backing=backing))
        except ChainError as error:
            refused.append(error)
    if not usable:
        if len(refused) == 1:
            raise refused[0]
        found = "none:\n" + "\n".join(f"  {error}" for error in refused)
        raise ChainError(folders[0].parent, expected="a usable replica among those named", found=found)
    reasons: list[str] = []
    left = usable
    for rule in (_largest, _has_later_snapshots, _newest_snapshot, _newest_head, _fullest_head, _closed):
        if len(left) > 1:
            left = rule(left, reasons.append)
    if len(usable) == 1:
        reasons.append("the only usable one" if refused else "the only one")
    elif len(left) > 1:
        reasons.append(f"as good as {', '.join(_name(other) for other in left[1:])}, and named first")
    best = left[0]
    return Choice(
        replica=best,
        reasons=tuple(reasons),
        refused=tuple(refused),
        warnings=tuple(
            f"{_name(other)} was written to {_seconds(other, best):,} s later than {_name(best)}: a clock jumped, "
            "or a snapshot was reverted to. Merge both and compare"
            for other in usable
            if other.head.changed - best.head.changed > _TOGETHER
        ),
    )


def _refuse_strangers(folders: Sequence[Path]) -> None:
    names = {match[1]: folder for folder in folders if (match := _FOLDER_NAME.fullmatch(folder.resolve().name))}
    if len(names) > 1:
        first, second, *_ = names
        raise ChainError(names[second], expected=f"a replica of the volume {first}", found=f"one of {second}")


def _largest(replicas: list[Replica], say: Callable[[str], None]) -> list[Replica]:
    most = max(replica.size for replica in replicas)
    best = [replica for replica in replicas if replica.size == most]
    if len(best) < len(replicas):
        say(f"the volume has grown to {most:,} bytes, which {_others(replicas, best)} did not follow")
    return best


def _has_later_snapshots(replicas: list[Replica], say: Callable[[str], None]) -> list[Replica]:
    # A replica that failed lacks the snapshots made later. No clock has a say in this.
    deeper = {layer.path.name for replica in replicas for layer in replica.layers[:-2]}
    best = [replica for replica in replicas if _snapshot_name(replica) not in deeper] or replicas
    if len(best) < len(replicas):
        say(f"it has later snapshots than {_others(replicas, best)}")
    return best


def _newest_snapshot(replicas: list[Replica], say: Callable[[str], None]) -> list[Replica]:
    # Longhorn gives a snapshot the same time in all replicas.
    times = {id(replica): _snapshot_time(replica) for replica in replicas}
    known = [time for time in times.values() if time]
    if len(known) < len(replicas) or len({_snapshot_name(replica) for replica in replicas}) == 1:
        return replicas
    newest = max(known)
    best = [replica for replica in replicas if times[id(replica)] == newest]
    if len(best) < len(replicas):
        say(f"it has the snapshot of {newest:%Y-%m-%d %H:%M:%S}, which {_others(replicas, best)} lacks")
    return best


def _newest_head(replicas: list[Replica], say: Callable[[str], None]) -> list[Replica]:
    newest = max(replica.head.changed for replica in replicas)
    best = [replica for replica in replicas if newest - replica.head.changed <= _TOGETHER]
    if len(best) < len(replicas):
        when = datetime.fromtimestamp(newest // 10**9, tz=UTC)
        say(f"its head was last written {when:%Y-%m-%d %H:%M:%S}, later than in {_others(replicas, best)}")
    return best


def _fullest_head(replicas: list[Replica], say: Callable[[str], None]) -> list[Replica]:
    most = max(replica.head.allocated for replica in replicas)
    best = [replica for replica in replicas if replica.head.allocated == most]
    if len(best) < len(replicas):
        say(f"its head holds the most, {most:,} bytes, more than in {_others(replicas, best)}")
    return best


def _closed(replicas: list[Replica], say: Callable[[str], None]) -> list[Replica]:
    best = [replica for replica in replicas if not replica.dirty] or replicas
    if len(best) < len(replicas):
        say(f"it was closed in an orderly way, unlike {_others(replicas, best)}")
    return best


def _snapshot_name(replica: Replica) -> str:
    return replica.layers[-2].path.name if len(replica.layers) > 1 else ""


def _snapshot_time(replica: Replica) -> datetime | None:
    try:
        time = datetime.fromisoformat(replica.layers[-2].created)
    except (IndexError, ValueError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _others(replicas: Sequence[Replica], best: Sequence[Replica]) -> str:
    return ", ".join(_name(replica) for replica in replicas if replica not in best)


def _name(replica: Replica) -> str:
    return str(replica.folder)


def _seconds(later: Replica, earlier: Replica) -> int:
    return (later.head.changed - earlier.head.changed) // 10**9
