"""A stack of the components at OVH and Google, on doubles."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pydantic import JsonValue

from ops.official.event_log import Document
from rehearsal.bring_up import CHECKOUT
from rehearsal.doubles.cloudflare.s3_client import S3Client
from rehearsal.doubles.google.google_double import GoogleDouble
from rehearsal.doubles.ovh.ovh_double import OvhDouble
from rehearsal.lab import expect_success
from rehearsal.servers.own_folder import own_folder
from rehearsal.stack_files import write_stack_files
from rehearsal.stack_runner import StackRunner

PROGRAM = Path(__file__).with_name("program")
STACK = "clouds"
BUCKET, ZONE = "my-backup", "example.org"


@dataclass(frozen=True, kw_only=True)
class Clouds:
    """The stack and what it works on."""

    google: GoogleDouble
    """Google."""
    ovh: OvhDouble
    """OVH."""
    folder: Path
    """The stack's project."""
    stack: StackRunner
    """The stack."""

    def declare(self, *, current: int = 1, kept: tuple[int, ...] = (), deletable: tuple[str, ...] = ()) -> None:
        """Write the stack's settings."""
        settings: dict[str, JsonValue] = {
            "project": self.google.state.project, "google_api": self.google.origin, "ovh_api": self.ovh.address,
            "storage": self.google.storage_address, "accounts": self.google.account_address,
            "current": current, "kept": [*kept], "deletable": [*deletable],
        }  # fmt: skip
        standins = CHECKOUT / "rehearsal" / "standins"
        plugins = {"gcp": standins / "gcp", "ovh": standins / "ovh", "factory": CHECKOUT / "provider"}
        write_stack_files(self.folder, stack=STACK, program=PROGRAM, settings=settings, plugins=plugins)

    def pair(self) -> tuple[str, str]:
        """Return the key that the stack gives out."""
        return self.stack.output("access_id"), self.stack.secret_output("secret")

    def login(self) -> tuple[str, str]:
        """Return the client that the stack gives out."""
        return self.stack.output("client_id"), self.stack.secret_output("client_secret")

    def writes(self, pair: tuple[str, str]) -> int:
        """Return the status of writing an object with the key *pair*, and of removing it again."""
        with S3Client(
            self.google.origin, bucket=BUCKET, access_key_id=pair[0], secret_access_key=pair[1]
        ) as objects:  # fmt: skip
            written = objects.put("probe", b"x").status_code
            return written if written != httpx.codes.OK else objects.delete("probe").status_code

    def edits(self, login: tuple[str, str]) -> list[int]:
        """Return the statuses of a login, of an edit of the name servers, and of what the client is not for."""
        form = {"grant_type": "client_credentials", "scope": "all", "client_id": login[0], "client_secret": login[1]}
        with httpx.Client(base_url=self.ovh.address, trust_env=False) as asked:
            told = asked.post(self.ovh.token_address, data=form)
            if told.is_error:
                return [told.status_code]
            asked.headers["Authorization"] = f"Bearer {told.json()['access_token']}"
            edit = asked.post(f"/domain/{ZONE}/nameServers/update", json={"nameServers": [{"host": "ada.ns.test"}]})
            others = [asked.put(f"/domain/{ZONE}", json={}), asked.get("/domain/other.org/nameServer")]
            return [told.status_code, edit.status_code, *(one.status_code for one in others)]

    def living(self) -> list[str]:
        """Return the ids of all keys and clients that the doubles know."""
        keys = [access_id for access_id, key in self.google.state.keys.items() if key.state != "DELETED"]
        return sorted([*keys, *self.ovh.state.clients])


@pytest.fixture(scope="module")
def fresh() -> Iterator[Clouds]:
    """Run doubles, and a stack that was never applied."""
    with ExitStack() as stack:
        folder = stack.enter_context(own_folder())
        google = stack.enter_context(GoogleDouble())
        ovh = stack.enter_context(OvhDouble(domains=(ZONE, "other.org")))
        project = folder / "project"
        project.mkdir()
        runner = StackRunner(
            project, stack=STACK, engine="embedded", checkout=CHECKOUT,
            secrets_of_providers={**google.environment, **ovh.environment},
        )  # fmt: skip
        clouds = Clouds(google=google, ovh=ovh, folder=project, stack=runner)
        clouds.declare()
        yield clouds


@pytest.fixture(scope="module")
def first(fresh: Clouds) -> Document:
    """Apply the stack for the first time."""
    document = fresh.stack.run("up")
    expect_success(document)
    return document


@pytest.fixture(scope="module")
def clouds(fresh: Clouds, first: Document) -> Clouds:
    """Give the stack as the first run left it."""
    assert first.steps
    return fresh
