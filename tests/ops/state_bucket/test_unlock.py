"""`./factory state unlock` for a state in a bucket."""

import os
import socket

import pytest

from ops.state_bucket.bucket_locks import take_away_in_bucket
from ops.state_bucket.storage import Storage
from tests.ops.state_bucket.conftest import BUCKET, TAKEN, Place


@pytest.mark.slow
def test_by_name(place: Place) -> None:
    """Without a name, and with a wrong one, the lock stays and its owner is told; with the right one it is gone."""
    key = place.left()

    unnamed = place.run("state", "unlock", "dev")
    other = place.run("state", "unlock", "dev", "--holder", "anna@laptop")
    assert (unnamed.returncode, other.returncode, key in place.bucket.objects) == (1, 1, True)
    assert f"the stack is locked by ci@runner (process 412) since {TAKEN}, in gs://my-state" in unnamed.stderr
    assert "the lock is not of anna@laptop: ci@runner (process 412)" in other.stderr

    done = place.run("state", "unlock", "dev", "--holder", "ci@runner")
    assert (done.returncode, place.bucket.objects) == (0, {}), done.stderr
    assert "taken away: the lock of ci@runner (process 412)" in done.stdout
    assert place.run("state", "unlock", "dev").stdout == "dev is not locked\n"


def test_a_process_at_work_keeps_its_lock(place: Place) -> None:
    """A process that lives on this machine keeps its lock, whatever is said of it."""
    key = place.left(pid=os.getpid(), hostname=socket.gethostname())

    done = place.run("state", "unlock", "dev", "--holder", f"ci@{socket.gethostname()}")

    assert done.returncode == 1
    assert f"process {os.getpid()} is at work on this machine" in done.stderr
    assert key in place.bucket.objects


def test_nothing_goes_when_one_stays(place: Place) -> None:
    """Of two locks of different owners none is taken away for the name of one; other stacks are not looked at."""
    both = {place.left(), place.left("second", username="anna")}
    elsewhere = place.left().replace("/dev/", "/development/")
    place.bucket.put(elsewhere, b"{}")

    done = place.run("state", "unlock", "dev", "--holder", "ci@runner")

    assert done.returncode == 1
    assert "the lock is not of ci@runner: anna@runner" in done.stderr
    assert set(place.bucket.objects) == {*both, elsewhere}


def test_a_lock_that_says_nothing(place: Place) -> None:
    """Whatever stands there is a lock; one of nobody is taken away by the name that is told."""
    place.bucket.put(f"{place.state.locks}empty.json", b"")

    refused = place.run("state", "unlock", "dev")
    assert "locked by unknown@unknown (process 0) since an unknown time" in refused.stderr
    assert place.run("state", "unlock", "dev", "--holder", "unknown@unknown").returncode == 0


def test_production_is_meant_by_name(place: Place) -> None:
    """The bucket of production is not even asked without its name."""
    refused = place.run("state", "unlock", "dev", PULUMI_BACKEND_URL="gs://arcodange-tf/factory")

    assert refused.returncode == 1
    assert "PULUMI_BACKEND_URL: gs://arcodange-tf/factory is production" in refused.stderr
    assert place.double.requests == []


def test_all_pages_are_read(place: Place) -> None:
    """A list that comes in pages is read to its end."""
    place.double.state.page = 2
    for number in range(5):
        place.left(str(number))

    with Storage(BUCKET) as storage:
        taken = take_away_in_bucket(storage, place.state, lambda _: None)

    assert (len(taken), place.bucket.objects) == (5, {})
