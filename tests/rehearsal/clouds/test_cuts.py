"""What becomes of the components when answers are lost after the clouds did what was asked."""

import subprocess
import sys

import pytest

from rehearsal.doubles.fault import Fault
from rehearsal.lab import changes, expect_success
from tests.rehearsal.clouds.conftest import BUCKET, STACK, Clouds

pytestmark = pytest.mark.slow

OWNED, TAKEN = "you already own it", "A policy with the name factory-main-cms already exists"
RUNS = 5
URN = f"urn:pulumi:{STACK}::factory::"


def _adopt(clouds: Clouds, kind: str, name: str, identity: str, *, parent: str) -> None:
    """Take an object that is there into the state, as an operator does."""
    (urn,) = clouds.stack.resources(f"pulumi:providers:{kind.partition(':')[0]}")
    words = [kind, name, identity, "--parent", f"{URN}{parent}", "--provider", urn, "--engine", "embedded"]
    subprocess.run(
        [sys.executable, "-m", "ops", "import", STACK, *words, "--cwd", str(clouds.folder)],
        env=dict(clouds.stack.environment()), cwd=clouds.stack.checkout, check=True, capture_output=True,
    )  # fmt: skip


def _adopt_what_is_refused(clouds: Clouds, said: str) -> None:
    """Take over what a run could not make because it is there."""
    if OWNED in said:
        parent = "factory:google:BackupBucket::backup"
        _adopt(clouds, "gcp:storage/bucket:Bucket", "backup", f"my-project/{BUCKET}", parent=parent)
    if TAKEN in said:
        (policy,) = clouds.ovh.state.policies
        _adopt(clouds, "ovh:Iam/policy:Policy", "cms", policy, parent="factory:ovh:Client::cms")


def test_lost_answers_leave_one_of_each(fresh: Clouds) -> None:
    """Account, key and client are made once whatever gets lost; bucket and policy wait for the operator's import."""
    google = (
        r"/storage/v1/b", r"/v1/projects/my-project/serviceAccounts", r"/storage/v1/projects/my-project/hmacKeys",
    )  # fmt: skip
    for path in google:
        fresh.google.fault(Fault(kind="cut after", method="POST", path=path))
    for path in (r"/1\.0/me/api/oauth2/client", r"/v2/iam/policy"):
        fresh.ovh.fault(Fault(kind="cut after", method="POST", path=path))
    fresh.google.fault(Fault(kind="too many requests", method="PUT", path=r"/storage/v1/b/.*/iam"))
    fresh.google.fault(Fault(kind="fail before", method="GET", path=r"/storage/v1/.*", status=503))
    fresh.ovh.fault(Fault(kind="slow", method="GET", path=r"/1\.0/.*", seconds=0.2))
    said = ""

    for _ in range(RUNS):
        document = fresh.stack.run("up")
        if document.result == "succeeded":
            break
        told = "\n".join(diagnostic.message for diagnostic in document.diagnostics)
        _adopt_what_is_refused(fresh, told)
        said += told
    expect_success(document)

    assert OWNED in said
    assert TAKEN in said
    assert (fresh.google.faults, fresh.ovh.faults) == ([], [])
    assert fresh.living() == sorted([fresh.pair()[0], fresh.login()[0]])
    assert [*fresh.google.state.accounts] == [fresh.google.state.named("my-backup-1")]
    assert (len(fresh.google.state.buckets), len(fresh.ovh.state.policies)) == (1, 1)
    assert (fresh.writes(fresh.pair()), fresh.edits(fresh.login())) == (204, [200, 200, 403, 403])
    assert changes(fresh.stack.run("preview", refresh=True)) == []
