"""A database on one machine, backed up to another one: proved by a restore, and refused when it cannot be."""

import json
import time

import pytest

from hosts.backup import places as at
from hosts.backup.collect import BUSY
from ops.backup_evidence.keeper import OffSite
from ops.backup_evidence.restore_faults import restore_faults
from ops.backup_evidence.ways import Ways
from rehearsal.servers.own_folder import own_folder
from tests.hosts.backup.backed_up import DATA, FOLDER, GIVEN, OFF_SITE_SERVER, PATIENCE_SECONDS, BackedUp

pytestmark = [pytest.mark.slow, pytest.mark.long]


def test_backup_is_proved_by_a_restore(backed_up: BackedUp) -> None:
    """All databases there are, restored elsewhere, have the rows that they had; the timer waits for the night."""
    found = backed_up.proof()
    assert (found.faults, found.name) == ([], "pi2/postgres")
    assert found.size > 100_000
    assert backed_up.source.run(f"systemctl is-active {at.TIMER}").stdout == "active\n"


def test_least_rights(backed_up: BackedUp) -> None:
    """Who sends may read the collection and nothing of the databases, and can remove nothing at the keeper."""
    before = backed_up.proof().archive
    run = f"sudo -u {at.ACCOUNT}"
    assert backed_up.source.run(f"{run} ls {DATA}/backup-staging/postgres").stdout != ""
    for closed in (f"ls {DATA}/postgres/data", "docker ps", f"sh -c ': >{DATA}/backup-staging/new'", "sudo -n true"):
        assert backed_up.source.run(f"{run} {closed}", check=False).returncode != 0, closed
    restic = (
        f"{run} restic --repository-file {at.SECRETS}/repository-keeper --password-file {at.SECRETS}/password "
        f"--cacert {at.ROOT} --no-cache"
    )
    refused = backed_up.source.run(f"{restic} forget {before}", check=False)
    assert "403" in refused.stderr + refused.stdout
    assert backed_up.proof().archive == before
    shown = backed_up.source.run("ps -eww -o args; systemctl show factory-backup.service").stdout
    assert GIVEN["repository_password"] not in shown


def test_flipped_byte_is_refused(backed_up: BackedUp) -> None:
    """One wrong byte in the largest file at the keeper: not proved, and proved again once it is right again."""
    largest = f"$(find {FOLDER}/pi2/data -type f -printf '%s %p\\n' | sort -n | tail -n 1 | cut -d' ' -f2)"
    flip = (
        f"file={largest}; cp -p $file /root/kept; chmod u+w $file; "
        "printf '\\377' | dd of=$file bs=1 seek=1000 conv=notrunc status=none; cmp -s $file /root/kept && "
        "printf '\\376' | dd of=$file bs=1 seek=1000 conv=notrunc status=none; echo $file"
    )
    file = backed_up.keeper.run("sudo sh -s", given=flip).stdout.strip()
    found = backed_up.proof()
    assert found.faults[0].startswith("damaged: ")
    backed_up.keeper.run(f"sudo cp -p /root/kept {file}")
    assert backed_up.proof().faults == []


def test_what_differs_is_named(backed_up: BackedUp) -> None:
    """A table whose rows are not those that were counted is named, with both sums."""
    with backed_up.lab.inside(), own_folder() as folder:
        backed_up.kept.fetch(backed_up.kept.archives("pi2")[-1], folder)
        manifest = folder / "manifest.json"
        content = json.loads(manifest.read_text())
        assert [*content["databases"]] == ["my-shop", "postgres"]
        tables = content["databases"]["my-shop"]["tables"]
        assert tables['"Odd name"."Table"'].startswith("1 ")
        assert tables["public.goods"].startswith("5000 ")
        tables["public.nothing"] = "1 12"
        manifest.write_text(json.dumps(content))
        scratch = folder / "scratch"
        scratch.mkdir()
        assert [*restore_faults(folder, scratch=scratch, ways=Ways())] == [
            "database my-shop, table public.nothing: collected 1 12, restored 0 0 (rows, sum)"
        ]


@pytest.mark.parametrize("full", ["source", "keeper"])
def test_full_disk_is_refused(backed_up: BackedUp, full: str) -> None:
    """Without room nothing new counts as backed up, what was kept stays good, and with room the next run succeeds."""
    machine = backed_up.source if full == "source" else backed_up.keeper
    before = backed_up.proof()
    backed_up.source.run(
        "sudo docker exec -i -u postgres postgres psql -Xq -v ON_ERROR_STOP=1 my-shop",
        given="INSERT INTO nothing SELECT (random() * 2e9)::int FROM generate_series(1, 200000)",
    )
    machine.run(
        f"sudo sh -c 'free=$(df --output=avail -k {DATA} | tail -n 1); fallocate -l $((free - 512))K {DATA}/full'"
    )
    assert not backed_up.back_up(check=False)
    assert backed_up.proof().faults == []
    machine.run(f"sudo rm {DATA}/full")
    backed_up.back_up()
    after = backed_up.proof()
    assert (after.faults, after.archive != before.archive) == ([], True)


def test_killed_run_is_repeated(backed_up: BackedUp) -> None:
    """Killed at any moment, or cut off from power: the next run is whole, and what was kept before stays."""
    for moment in (0.1, 0.8, 1.6, 2.4):
        backed_up.source.run(f"sudo systemctl start --no-block {at.SERVICE}")
        time.sleep(moment)
        backed_up.source.run(f"sudo systemctl kill --signal=KILL {at.SERVICE}", check=False)
    backed_up.source.kill()
    backed_up.source.start()
    assert backed_up.proof().faults == []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not backed_up.back_up(check=False):
        assert time.monotonic() < deadline, backed_up.status()
        time.sleep(1)
    assert backed_up.proof().faults == []


def test_never_two_at_once(backed_up: BackedUp) -> None:
    """While one collects, another one ends at once and says so."""
    program = f"/usr/bin/python3 -I {at.PROGRAMS}/backup-collect.py"
    done = backed_up.source.run(f"sudo flock /run/lock/factory-backup {program}", check=False)
    assert (done.returncode, done.stderr) == (BUSY, "another backup runs\n")


def test_what_no_source_names_is_told(backed_up: BackedUp) -> None:
    """A folder and a volume that nobody declared are found by looking at the host."""
    backed_up.source.run(f"sudo mkdir -p {DATA}/forgotten && sudo docker volume create lost")
    backed_up.back_up()
    assert backed_up.status()["uncovered"] == [f"{DATA}/forgotten", "volume lost"]


def test_copy_off_site_outlives_the_keeper(backed_up: BackedUp, off_site: OffSite) -> None:
    """A second repository is proved by a restore of its own, also without the first; its host can remove nothing."""
    backed_up.back_up()
    found = backed_up.proof(off_site=off_site)
    assert found.faults == []
    restic = (
        f"sudo -u {at.ACCOUNT} restic --repository-file {at.SECRETS}/repository-off-site "
        f"--password-file {at.SECRETS}/password --no-cache"
    )
    refused = backed_up.source.run(f"{restic} forget {found.archive}", check=False)
    assert "403" in refused.stderr + refused.stdout
    backed_up.keeper.run(f"sudo mv {FOLDER}/pi2 {DATA}/gone")
    try:
        assert backed_up.proof().faults[-1] == "never backed up"
        assert backed_up.proof(off_site=off_site).faults == []
    finally:
        backed_up.keeper.run(f"sudo mv {DATA}/gone {FOLDER}/pi2")
    assert backed_up.proof().faults == []


def test_copy_off_site_that_is_cut_off_is_named(backed_up: BackedUp, off_site: OffSite) -> None:
    """Without the other place the run fails and says so, the keeper has its archive, and the next run catches up."""
    backed_up.back_up()
    before = backed_up.proof()
    backed_up.keeper.run("sudo systemctl stop off-site")
    assert not backed_up.back_up(check=False)
    results = backed_up.status()["results"]
    assert isinstance(results, dict)
    assert results["keeper"] == {"postgres": ""}
    assert "connection refused" in str(results["off-site"])
    after = backed_up.proof()
    assert (after.faults, after.archive != before.archive) == ([], True)
    backed_up.keeper.run(OFF_SITE_SERVER)
    backed_up.back_up()
    assert backed_up.proof(off_site=off_site).faults == []
