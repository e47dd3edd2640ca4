"""Where a stack's state is in a bucket."""

import json
from pathlib import Path

import pytest

from ops.state_bucket.state_place import StatePlace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a project, and a login of the official CLI."""
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\n", encoding="utf-8")
    (tmp_path / "credentials.json").write_text(json.dumps({"current": "gs://logged-in/a/b/"}), encoding="utf-8")
    return tmp_path


def test_names(folder: Path) -> None:
    """The names are those of the official CLI; our own lock is not where it looks for locks."""
    place = StatePlace.of(folder, "dev", environment={"PULUMI_BACKEND_URL": "gs://my-state"})

    assert place is not None
    assert (place.bucket, place.state) == ("my-state", ".pulumi/stacks/small/dev.json")
    assert place.locks == ".pulumi/locks/organization/small/dev/"
    assert not place.own_lock.startswith(".pulumi/")


def test_where_the_cli_logged_in(folder: Path) -> None:
    """A bucket that nothing names but the login of the official CLI is found as well, with its folder."""
    place = StatePlace.of(folder, "dev", environment={"PULUMI_HOME": str(folder)})

    assert place is not None
    assert (place.bucket, place.state) == ("logged-in", "a/b/.pulumi/stacks/small/dev.json")


@pytest.mark.parametrize("url", ["file:///tmp/state", "s3://my-state", "https://api.pulumi.com"])
def test_elsewhere(folder: Path, url: str) -> None:
    """What is no bucket of Google is none."""
    assert StatePlace.of(folder, "dev", environment={"PULUMI_BACKEND_URL": url}) is None
