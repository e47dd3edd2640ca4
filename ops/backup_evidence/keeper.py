"""The host that keeps the backups, asked from here as the operator."""

import dataclasses
import datetime as dt
import io
import json
import shlex
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import IO

from hosts.backup import places as at
from hosts.backup.derived_password import derived_password
from hosts.backup.off_site_access import Access, off_site_access
from hosts.inventory import Machine
from hosts.worker.ssh_command import only_known, ssh_command
from ops.backup_evidence.archive import Archive
from ops.backup_evidence.digest_faults import digest_faults

# All that is secret comes by standard input, a name and a value a line, and an empty one at the end. What restic itself
# asks for there it announces on standard output, in front of the archive.
_TOLD = 'while read -r line && [ -n "$line" ]; do export "$line"; done; '
_ASKED = f'{_TOLD}exec restic --no-cache "$@"'
# What follows is the archive. Whoever comes first makes the repository.
_TAKE_IN = f"""{_TOLD}umask 077
place=$(mktemp -d) && trap 'rm -rf "$place"' EXIT && tar --extract --directory "$place" || exit 1
folder=$1; shift
restic --no-cache cat config >/dev/null 2>&1 || restic --no-cache init --repository-version 2 >/dev/null || exit 1
restic --no-cache backup --quiet "$@" "$place/$folder"
"""
_LOCKED = "repository is already locked"
_LOCKED_SECONDS, _LOOK_SECONDS = 30, 2
_NO_REPOSITORY = "Is there a repository at the following location?"


class KeeperError(RuntimeError):
    """The keeper, or restic on it, refused; carries its last words."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class OffSite:
    """Another place, and who asks it."""

    place: str
    """In restic's words."""
    key: str = dataclasses.field(repr=False)
    secret: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Keeper:
    """Repositories on a host; restic runs there, and is told each password by standard input."""

    machine: Machine
    """How it is reached."""
    folder: str
    """Where the repositories are."""
    secret: str = dataclasses.field(repr=False)
    """What the passwords of the repositories are made from."""
    off_site: OffSite | None = None
    """Where they are instead: the host then only asks."""
    account: str = at.KEEPER
    """Who asks there."""

    def archives(self, host: str) -> Sequence[Archive]:
        """Return what is kept of *host*, the oldest first; nothing where it never sent anything."""
        try:
            return Archive.all_in(self._said(host, "snapshots", "--json"))
        except KeeperError as error:
            if _NO_REPOSITORY in str(error):
                return ()
            raise

    def check(self, host: str, *, every_byte: bool) -> None:
        """Have restic compare what it keeps of *host* with its digests: the structure, and *every_byte* or a part.

        A run of the host that is under way is waited for; the lock of one that was cut off is passed over.
        """
        self._free(host)
        words = ["check", "--read-data" if every_byte else "--read-data-subset=10%"]
        deadline = time.monotonic() + _LOCKED_SECONDS
        while time.monotonic() < deadline:
            try:
                self._said(host, *words)
            except KeeperError as error:
                if _LOCKED not in str(error):
                    raise
                time.sleep(_LOOK_SECONDS)
            else:
                return
        # The next run of the host takes its dead lock away. Until then nothing is pulled from under us: hosts only add.
        self._said(host, *words, "--no-lock")

    def fetch(self, archive: Archive, folder: Path) -> None:
        """Write the files of *archive* into *folder*, its manifest on top, and compare them with their digests."""
        above = len(PurePosixPath(archive.folder).relative_to("/").parts)
        unpack = subprocess.Popen(
            [
                "/usr/bin/tar", "--extract", "--no-same-owner", "--no-same-permissions", f"--strip-components={above}",
                "--directory", str(folder),
            ],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            self._run(archive.host, "dump", "--archive=tar", archive.id, archive.folder, out=unpack.stdin)
        finally:
            _, said = unpack.communicate()
        if unpack.returncode:
            raise KeeperError(f"{archive.name}: {said.decode(errors='replace').strip()}")
        if faults := [*digest_faults(folder)]:
            raise KeeperError("; ".join(faults))

    def manifest(self, archive: Archive) -> str:
        """Return what *archive* says of itself."""
        return self._said(archive.host, "dump", archive.id, f"{archive.folder}/manifest.json")

    def take_in(self, host: str, folder: Path) -> None:
        """Keep *folder*, collected here with a manifest, as an archive of *host*."""
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            archive.add(folder, arcname=folder.name)
        began = dt.datetime.fromtimestamp(manifest["began"], dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
        words = [
            "env", "TZ=UTC", "sh", "-c", _TAKE_IN, "restic", folder.name, "--host", host,
            "--tag", f"source={folder.name}", "--tag", f"bytes={manifest['bytes']}", "--time", began,
        ]  # fmt: skip
        self._ask(host, words, out=subprocess.DEVNULL, given=packed.getvalue())

    def thin_out(self, host: str, source: str, *, tiers: Mapping[str, int], dry: bool) -> str:
        """Forget the archives of one source that no tier keeps, say which."""
        self._free(host)
        keep = [f"--keep-{tier}={count}" for tier, count in tiers.items()]
        # Each archive has a size of its own among its tags: grouped by them, every one would be the last of its group.
        words = ["--tag", f"source={source}", "--group-by", "host", *keep, *(["--dry-run"] if dry else [])]
        return self._said(host, "forget", *words)

    def give_back(self, host: str) -> None:
        """Give back the room of what was forgotten."""
        if self.archives(host):
            self._free(host)
            self._said(host, "prune")

    def _free(self, host: str) -> None:
        """Take away the locks of runs that died; those of others are left alone."""
        self._said(host, "unlock")

    def _said(self, host: str, *words: str) -> str:
        with tempfile.TemporaryFile() as out:
            self._run(host, *words, out=out)
            out.seek(0)
            return out.read().decode()

    def _run(self, host: str, *words: str, out: IO[bytes] | None) -> None:
        self._ask(host, ["sh", "-c", _ASKED, "restic", *words], out=out)

    def _ask(self, host: str, words: Sequence[str], *, out: IO[bytes] | int | None, given: bytes = b"") -> None:
        remote = ["sudo", "-n", "-u", self.account, *words]
        with tempfile.TemporaryDirectory() as folder:
            known = Path(folder) / "known_hosts"
            options = {}
            if self.machine.host_key is not None:
                known.write_text(f"{self.machine.name} {self.machine.host_key}\n")
                options = dict(only_known(self.machine, known_hosts=known))
            done = subprocess.run(
                ssh_command(self.machine, shlex.join(remote), options=options),
                input=self._told(host) + given,
                stdout=out,
                stderr=subprocess.PIPE,
                check=False,
            )
        if done.returncode:
            raise KeeperError(f"backups of {host}: {done.stderr.decode(errors='replace').strip()[-800:]}")

    def _told(self, host: str) -> bytes:
        access = Access(repository=f"{self.folder}/{host}", environment={})
        if self.off_site is not None:
            place, key, secret = self.off_site.place, self.off_site.key, self.off_site.secret
            access = off_site_access(place, host=host, key=key, secret=secret)
        values = {
            **access.environment,
            "RESTIC_REPOSITORY": access.repository,
            "RESTIC_PASSWORD": derived_password(self.secret, host=host),
        }
        return "".join(f"{name}={value}\n" for name, value in values.items()).encode() + b"\n"
