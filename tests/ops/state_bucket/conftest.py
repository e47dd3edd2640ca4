"""A bucket with the state of one stack, at the double of Google."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ops.state_bucket.state_place import StatePlace
from ops.state_bucket.storage import EMULATOR
from rehearsal.bring_up import CHECKOUT
from rehearsal.doubles.google.google_double import GoogleDouble
from rehearsal.doubles.google.google_state import Bucket

BUCKET, PREFIX = "my-state", "lab/"
LOCKS = f"{PREFIX}.pulumi/locks/organization/small/dev/"
TAKEN = "2026-01-02T03:04:05Z"
FOREIGN = {"pid": 412, "username": "ci", "hostname": "runner", "timestamp": TAKEN}
PROJECT = "name: small\nruntime: python\n"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Place:
    """A project whose state is in a bucket."""

    folder: Path
    double: GoogleDouble
    environment: Mapping[str, str]

    @property
    def bucket(self) -> Bucket:
        """What is in the bucket."""
        return self.double.state.buckets[BUCKET]

    @property
    def state(self) -> StatePlace:
        """The names of the stack's objects."""
        found = StatePlace.of(self.folder, "dev")
        assert found is not None
        return found

    def left(self, name: str = "left", **others: object) -> str:
        """Leave a lock as a run on another machine does, and return its name."""
        key = f"{LOCKS}{name}.json"
        self.bucket.put(key, json.dumps({**FOREIGN, **others}).encode())
        return key

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a verb."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "ops", *words, "--cwd", str(self.folder)], cwd=CHECKOUT,
            env={**self.environment, **environment}, capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Run a double with a bucket, and lead the environment to it."""
    (tmp_path / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text("{}\n", encoding="utf-8")
    with GoogleDouble() as double:
        double.state.buckets[BUCKET] = Bucket(shown={"name": BUCKET}, bindings=[])
        own = {
            **double.environment, "PULUMI_BACKEND_URL": f"gs://{BUCKET}/lab", EMULATOR: double.origin.removeprefix("http://"),
            "PULUMI_CONFIG_PASSPHRASE": "small",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        }  # fmt: skip
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "FACTORY_"))}
        for name, value in own.items():
            monkeypatch.setenv(name, value)
        yield Place(folder=tmp_path, double=double, environment={**inherited, **own})
