"""What the operator types about backups, killed, doubled, without room, and cut off."""

import concurrent.futures
import datetime as dt
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml
from pydantic import JsonValue

from hosts.backup import places as at
from ops.backup_evidence.age_and_size import age_and_size_faults
from ops.backup_evidence.digest_faults import digest_faults
from ops.backup_evidence.keeper import OffSite
from rehearsal.bring_up import CHECKOUT
from rehearsal.hosts.host_settings import rehearsal_host_settings
from tests.hosts.backup.backed_up import DATA, GIVEN, OFF_SITE_SERVER, PATIENCE_SECONDS, BackedUp

pytestmark = [pytest.mark.slow, pytest.mark.long]

ANY: JsonValue = {"url": "http://10.77.0.1:8083/program", "sha256": "0" * 64}
BUILT = {"step_ca": ANY, "step_cli": ANY}
SOURCE = "pi2/postgres"
STATES = "operator/states"
HOST = "operator"
KILLED_AT = (0.25, 0.5, 0.75, 0.9)
"""Parts of the time that a verb needs when nothing happens to it."""
PROJECT = "name: factory\nruntime: python\nbackend: {{url: 'file://{folder}/states'}}\n"
GROW = (
    "sudo docker exec -i -u postgres postgres psql -Xq -v ON_ERROR_STOP=1 my-shop -c "
    '"CREATE TABLE grown AS SELECT sha512((i || random()::text)::bytea) FROM generate_series(1, 300000) i"'
)
FULL = (
    "mount -t tmpfs -o size=256k none {place} && {command} --into {place}/restored; code=$?; ls -A {place}; exit $code"
)


@pytest.fixture(scope="module")
def desk(backed_up: BackedUp, tmp_path_factory: pytest.TempPathFactory) -> "Desk":
    """Give the operator's machine: a stack file that leads to the machines, and the generated passwords."""
    folder = tmp_path_factory.mktemp("desk")
    raw = yaml.safe_load((CHECKOUT / "Pulumi.hosts.yaml").read_text(encoding="utf-8"))["config"]["factory:settings"]
    settings = rehearsal_host_settings(
        {**raw, "data": DATA}, backed_up.lab, gateway=backed_up.lab.gateway, registry="http://10.77.0.1:5000",
        built=BUILT, key_file=folder / "keys" / "keys.json",
    )  # fmt: skip
    (folder / "Pulumi.hosts.yaml").write_text(yaml.safe_dump({"config": {"factory:settings": settings}}))
    (folder / "Pulumi.yaml").write_text(PROJECT.format(folder=folder))
    state = folder / "states" / ".pulumi" / "stacks" / "factory" / "hosts.json"
    state.parent.mkdir(parents=True)
    resources: JsonValue = [{"urn": f"urn:pulumi:hosts::factory::t:t:T::{number}"} for number in range(20_000)]
    state.write_text(json.dumps({"version": 3, "checkpoint": {"latest": {"resources": resources}}}))
    secrets = folder / "secrets.json"
    secrets.touch(mode=0o600)
    secrets.write_text(json.dumps({"backup-repositories": GIVEN["repository_password"]}))
    return Desk(backed_up, folder)


class Desk:
    """Where the operator types."""

    def __init__(self, backed_up: BackedUp, folder: Path) -> None:
        """Type in *folder*."""
        self._backed_up = backed_up
        self.folder = folder

    def words(self, *words: str) -> list[str]:
        """Return the command line of a verb of backups."""
        command = [sys.executable, "-P", "-m", "ops", "backup", *words, "--cwd", str(self.folder)]
        return command if words[0] == "run" else [*command, "--secrets", str(self.folder / "secrets.json")]

    def begun(self, command: Sequence[str]) -> "subprocess.Popen[str]":
        """Start *command* in the lab's network, in a group of its own."""
        with self._backed_up.lab.inside():
            return subprocess.Popen(
                command, cwd=self.folder, env={**os.environ, "PYTHONPATH": str(CHECKOUT)}, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
            )  # fmt: skip

    def typed(self, *words: str) -> tuple[int, str]:
        """Run a verb to its end; return exit code and words."""
        process = self.begun(self.words(*words))
        said, _ = process.communicate()
        return process.returncode, said

    def killed(self, *words: str, after: float) -> None:
        """Start a verb, and kill it and what it started."""
        process = self.begun(self.words(*words))
        time.sleep(after)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def repeated(self, *words: str) -> str:
        """Type a verb until it is done: what a killed one left on the keeper may still be working."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            code, said = self.typed(*words)
            if code == 0:
                return said
            assert time.monotonic() < deadline, said
            time.sleep(1)


def test_restored_by_hand_and_never_over_what_is_there(desk: Desk, tmp_path: Path) -> None:
    """The archive is listed, shown and unpacked whole; what is there is replaced only when it is named twice."""
    into = tmp_path / "restored"
    code, said = desk.typed("list")
    assert (code, SOURCE in said) == (0, True), said
    code, said = desk.typed("restore", SOURCE, "--into", str(into))
    assert code == 0, said
    assert [*digest_faults(into)] == []
    code, shown = desk.typed("show", SOURCE)
    assert json.loads(shown[shown.index("{") :]) == json.loads((into / "manifest.json").read_text())
    (into / "alive").write_text("written since")
    code, said = desk.typed("restore", SOURCE, "--into", str(into))
    assert (code, "something is there" in said, (into / "alive").exists()) == (1, True, True)
    code, said = desk.typed("restore", SOURCE, "--into", str(into), "--overwrite", str(into))
    assert (code, (into / "alive").exists()) == (0, False), said
    code, said = desk.typed("show", SOURCE, "--at", "2020-01-01")
    assert (code, "no archive from before 2020-01-01" in said) == (1, True), said


def test_two_checks_at_once(desk: Desk) -> None:
    """Both prove it: the second one waits for the first, or does without the lock."""
    with concurrent.futures.ThreadPoolExecutor(2) as beside:
        ended = [*beside.map(lambda source: desk.typed("check", source), [SOURCE, SOURCE])]
    assert [(code, f"restored: {SOURCE}" in said) for code, said in ended] == [(0, True)] * 2, ended


@pytest.mark.parametrize("verb", ["list", "check", "restore", "forget", "run", "states"])
def test_killed_and_repeated(desk: Desk, tmp_path: Path, verb: str) -> None:
    """Killed at any moment, the same command does it when it is typed again; nothing half is taken for whole."""
    into = tmp_path / "restored"
    words, proved = {
        "list": (("list",), SOURCE), "check": (("check", SOURCE), SOURCE), "forget": (("forget", "--go"), SOURCE),
        "restore": (("restore", SOURCE, "--into", str(into)), SOURCE), "run": (("run", "pi2"), SOURCE),
        "states": (("states",), STATES),
    }[verb]  # fmt: skip
    again = ("--overwrite", str(into)) if verb == "restore" else ()
    begun = time.monotonic()
    whole = desk.repeated(*words)
    needed = time.monotonic() - begun
    for part in KILLED_AT:
        desk.killed(*words, *again, after=part * needed)
        assert not into.exists() or [*digest_faults(into)] == []
        said = desk.repeated(*words, *again)
        assert verb not in {"list", "run"} or said == whole
    if verb == "restore":
        assert [*digest_faults(into)] == []
        assert [each.name for each in tmp_path.iterdir()] == ["restored"]
    code, said = desk.typed("check", proved)
    assert code == 0, said


def test_no_room_to_restore_into(desk: Desk, tmp_path: Path) -> None:
    """Without room nothing is left under the name that was asked for, and the fault is told."""
    place = tmp_path / "small"
    place.mkdir()
    command = FULL.format(place=place, command=" ".join(desk.words("restore", SOURCE)))
    process = desk.begun(["unshare", "--mount", "sh", "-c", command])
    said, _ = process.communicate()
    assert process.returncode == 1, said
    assert "No space left on device" in said
    assert "restored" not in said.splitlines()[-1]


def test_tiers_count_for_each_source(backed_up: BackedUp, tmp_path: Path) -> None:
    """The last of each day and year stays, of each source alone; a dry run removes nothing."""
    taken = {
        "states": ["2025-06-10T12:00", "2025-06-10T04:00", "2025-06-09T04:00", "2025-06-08T04:00", "2024-03-01T04:00"],
        "keys": ["2023-01-01T04:00"],
    }
    kept, tiers = backed_up.kept, {"daily": 2, "weekly": 0, "monthly": 0, "yearly": 10}
    with backed_up.lab.inside():
        for source, times in taken.items():
            for number, text in enumerate(times):
                kept.take_in(HOST, _collected(tmp_path / text.replace(":", ""), source, time=text, size=number))
        for source in taken:
            kept.thin_out(HOST, source, tiers=tiers, dry=True)
        assert len(kept.archives(HOST)) == 6
        for source in taken:
            kept.thin_out(HOST, source, tiers=tiers, dry=False)
        kept.give_back(HOST)
        left = [(each.source, f"{each.time:%Y-%m-%dT%H:%M}") for each in kept.archives(HOST)]
        kept.check(HOST, every_byte=True)
    assert left == [
        ("keys", "2023-01-01T04:00"), ("states", "2024-03-01T04:00"), ("states", "2025-06-09T04:00"),
        ("states", "2025-06-10T12:00"),
    ]  # fmt: skip


def test_clock_that_jumped(backed_up: BackedUp, tmp_path: Path) -> None:
    """An archive from a time that is still to come is told, and not taken for a fresh one."""
    now = dt.datetime.now(dt.UTC)
    jumped = now + dt.timedelta(days=300)
    with backed_up.lab.inside():
        backed_up.kept.take_in("jumped", _collected(tmp_path / "x", "states", time=jumped.isoformat(), size=7))
        archives = backed_up.kept.archives("jumped")
    (fault,) = age_and_size_faults(archives, now=now)
    assert fault.startswith("from the future: ")


def test_copy_off_site_that_is_cut_in_the_middle(backed_up: BackedUp, off_site: OffSite) -> None:
    """The way off site breaks while data flow: the run goes on or the next one does, and all of it is there."""
    backed_up.source.run(GROW)
    size = f"sudo du -s --bytes {DATA}/elsewhere | cut -f1"
    before = int(backed_up.keeper.run(size).stdout or 0)
    backed_up.source.run(f"sudo systemctl start --no-block {at.SERVICE}")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while int(backed_up.keeper.run(size).stdout or 0) < before + 1_000_000:
        assert time.monotonic() < deadline, backed_up.status()
        time.sleep(0.05)
    backed_up.keeper.run("sudo systemctl kill --signal=KILL off-site", check=False)
    time.sleep(2)
    backed_up.keeper.run(f"sudo systemctl reset-failed off-site 2>/dev/null; {OFF_SITE_SERVER}")
    # One that still runs is waited for.
    if not backed_up.back_up(check=False):
        backed_up.back_up()
    assert backed_up.proof(off_site=off_site).faults == []
    assert backed_up.proof().faults == []


def _collected(place: Path, source: str, *, time: str, size: int) -> Path:
    folder = place / source
    folder.mkdir(parents=True)
    content = b"x" * (size + 1)
    (folder / "hosts.json").write_bytes(content)
    began = dt.datetime.fromisoformat(time)
    manifest: Mapping[str, object] = {
        "source": source, "kind": "states", "bytes": len(content),
        "began": (began if began.tzinfo else began.replace(tzinfo=dt.UTC)).timestamp(),
        "files": {"hosts.json": hashlib.sha256(content).hexdigest()},
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
