"""Objects that are made while the connection is lost: one import takes each over, and there is one in the end."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rehearsal.bring_up import CHECKOUT
from rehearsal.checks.main.by_hand import removed
from rehearsal.checks.main.cut_after_write import addressed, inventory
from rehearsal.doubles.fault import Fault
from rehearsal.fault_proxy import Fault as ProxyFault
from rehearsal.fault_proxy import FaultProxy
from rehearsal.lab import CANARY, changes, expect, expect_success
from rehearsal.main.edge import Edge

ATTEMPTS = 10
IN_VAULT = {"kubernetes": "vault:index/authBackend:AuthBackend", "transit": "vault:index/mount:Mount"}
"""A login and an engine of Vault, by their paths: what is in them follows from the program."""
PLACES = {"vault:index/authBackend:AuthBackend": "sys/auth", "vault:index/mount:Mount": "sys/mounts"}


@dataclass(frozen=True, kw_only=True)
class Taken:
    """An object of an official type, which cannot take up one that is there."""

    kind: str
    """Its type."""
    parent: str
    """The type of its component."""
    within: str
    """The name of its component."""
    name: str
    """Its name in the program."""
    identity: str
    """By which it is imported."""
    said: str
    """What the server says to a second one."""

    def command(self, edge: Edge) -> tuple[str, ...]:
        """Return the words behind `./factory`; decision 0034 has the same."""
        (parent,) = (urn for urn in edge.stack.resources(self.parent) if urn.endswith(f"::{self.within}"))
        (provider,) = edge.stack.resources(f"pulumi:providers:{self.kind.partition(':')[0]}")
        return (
            "import", edge.stack.stack, self.kind, self.name, self.identity, "--parent", parent, "--provider", provider,
        )  # fmt: skip


def check_taken_over(edge: Edge) -> str:
    """Take the objects away, lose the answers when they are made again, and take over what is there."""
    before, taken = inventory(edge), [*_buckets(edge), *_in_vault()]
    canary = next(app for app in edge.settings.apps if app.instance == CANARY)
    edge.clouds.cloudflare.state.buckets.clear()
    edge.clouds.google.state.buckets.clear()
    for path, kind in IN_VAULT.items():
        removed(f"{PLACES[kind]}/{path}")(edge, canary)
    with _spoiled(edge):
        _take_over(edge, taken)
    # A refresh asks at the recorded address, which is the proxy's until a run has written the other one.
    expect_success(edge.stack.run("up"))
    found = changes(edge.stack.run("up", refresh=True))
    expect(not found, "expected nothing left to do after the imports, found:\n" + "\n".join(found))
    after = inventory(edge)
    expect(before == after, f"expected the same objects, found {after - before} more and {before - after} less")
    return f"{len(taken)} answers lost, each object taken over by one import, each there once"


@contextmanager
def _spoiled(edge: Edge) -> Iterator[None]:
    """Let every server lose the answer to the making of each object, once."""
    clouds = edge.clouds
    with FaultProxy(edge.vault.address, trust=edge.vault.authority.root, authority=edge.vault.authority) as vault:
        vault.faults += [
            ProxyFault(method="PUT", path=f"{PLACES[kind]}/{path}", what="cut after") for path, kind in IN_VAULT.items()
        ]
        clouds.cloudflare.fault(Fault(kind="cut after", method="POST", path=".*/r2/buckets"))
        clouds.google.fault(Fault(kind="cut after", method="POST", path="/storage/v1/b"))
        with addressed(edge, {edge.vault.address: vault.url}):
            yield
        left = [fault.path for double in (clouds.cloudflare, clouds.google) for fault in double.take_back()]
        left += [fault.path for fault in vault.faults]
    expect(not left, f"expected every answer to be lost once, nothing came for {', '.join(left)}")


def _take_over(edge: Edge, taken: Sequence[Taken]) -> None:
    """Run until a run succeeds, and import what each run is refused."""
    waiting, document = [*taken], edge.stack.run("up", refresh=True)
    # The official engine stops at the first fault, so that one run may lose one answer.
    for _ in range(ATTEMPTS):
        if document.result == "succeeded":
            break
        said = "\n".join(diagnostic.message for diagnostic in document.diagnostics)
        for one in [one for one in waiting if one.said in said]:
            _import(edge, one)
            waiting.remove(one)
        document = edge.stack.run("up")
    expect_success(document)
    expect(not waiting, f"expected a run to be refused {', '.join(one.name for one in waiting)}, none was")


def _in_vault() -> Iterator[Taken]:
    """Return the login and the engine; Vault's own sentence names the path."""
    for path, kind in IN_VAULT.items():
        said = f"path is already in use at {path}/"
        yield Taken(kind=kind, parent="factory:vault:VaultBase", within="vault", name=path, identity=path, said=said)


def _buckets(edge: Edge) -> Iterator[Taken]:
    """Return the buckets of the settings."""
    settings = edge.settings
    (account,) = {bucket.account for bucket in edge.clouds.cloudflare.state.buckets}
    for state in settings.cloudflare.state_buckets if settings.cloudflare else ():
        yield Taken(
            kind="cloudflare:index/r2Bucket:R2Bucket", parent="factory:cloudflare:StateBucket", within=state.bucket,
            name=state.bucket, identity=f"{account}/{state.bucket}/default", said="already exists, and you own it",
        )  # fmt: skip
    google = settings.google
    for backup in google.backup_buckets if google else ():
        yield Taken(
            kind="gcp:storage/bucket:Bucket", parent="factory:google:BackupBucket", within=backup.bucket,
            name=backup.bucket, identity=f"{google.project if google else ''}/{backup.bucket}",
            said="you already own it",
        )  # fmt: skip


def _import(edge: Edge, one: Taken) -> None:
    """Run the command, and nothing else; the official engine asks for a schema first, which no stand-in has."""
    done = subprocess.run(
        [
            sys.executable, "-P", "-m", "ops", *one.command(edge),
            "--cwd", str(edge.stack.folder), "--engine", "embedded",
        ],
        env=edge.stack.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        cwd=CHECKOUT,
    )  # fmt: skip
    expect(done.returncode == 0, f"expected the import of {one.name} to succeed, found:\n{done.stderr}")
