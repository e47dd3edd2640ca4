"""The archive that a name and a time mean."""

import datetime as dt

from ops.backup_evidence.archive import Archive
from ops.backup_evidence.keeper import Keeper, KeeperError
from ops.cli.exit_code import ExitCode
from ops.host_layers.chosen_settings import ended


def archive_of(keeper: Keeper, name: str, *, before: dt.datetime | None) -> Archive:
    """Return the last archive of the source *name* from *before* then, the newest without it."""
    host, _, source = name.partition("/")
    try:
        own = [archive for archive in keeper.archives(host) if archive.source == source]
    except KeeperError as error:
        raise ended(str(error), ExitCode.NOT_SO) from error
    found = [archive for archive in own if before is None or archive.time <= before.astimezone()]
    if not found:
        when = "" if before is None else f" from before {before:%Y-%m-%d %H:%M}"
        raise ended(f"{name}: no archive{when}. `./factory backup list` shows all", ExitCode.NOT_SO)
    return found[-1]
