"""One change by hand in each system of the edge."""

import contextlib
from collections.abc import Iterator, Mapping

import httpx

from rehearsal.lab import CANARY, expect
from rehearsal.main.edge import Edge

ENGINE = "kvv1"


@contextlib.contextmanager
def changed_by_hand(edge: Edge) -> Iterator[Mapping[str, str]]:
    """Change one thing in each system while the `with` lasts; give system → name of the resource that must show it."""
    reader, cloudflare = edge.settings.module_reader, edge.settings.cloudflare
    expect(reader and cloudflare, "expected settings with a module reader and with Cloudflare")
    user = reader.user if reader else ""
    bucket = cloudflare.state_buckets[0].bucket if cloudflare else ""
    with (
        _everybody_connects(edge), _described(edge), edge.gitea.client() as client, _administrator(client, user),
        _public(edge, bucket),
    ):  # fmt: skip
        yield {"PostgreSQL": CANARY, "Vault": ENGINE, "Gitea": user, "double of Cloudflare": bucket}


@contextlib.contextmanager
def _everybody_connects(edge: Edge) -> Iterator[None]:
    with edge.lab.server.connect() as connection:
        connection.execute(f"GRANT CONNECT ON DATABASE {CANARY} TO PUBLIC".encode())
    yield
    with edge.lab.server.connect() as connection:
        connection.execute(f"REVOKE CONNECT ON DATABASE {CANARY} FROM PUBLIC".encode())


@contextlib.contextmanager
def _described(edge: Edge) -> Iterator[None]:
    with edge.as_root() as client:
        before = client.get("sys/mounts").raise_for_status().json()["data"][f"{ENGINE}/"]["description"]
        client.put(f"sys/mounts/{ENGINE}/tune", json={"description": "by hand"}).raise_for_status()
        yield
        client.put(f"sys/mounts/{ENGINE}/tune", json={"description": before}).raise_for_status()


@contextlib.contextmanager
def _administrator(client: httpx.Client, user: str) -> Iterator[None]:
    account = {"source_id": 0, "login_name": user}
    client.patch(f"/admin/users/{user}", json={**account, "admin": True}).raise_for_status()
    yield
    client.patch(f"/admin/users/{user}", json={**account, "admin": False}).raise_for_status()


@contextlib.contextmanager
def _public(edge: Edge, name: str) -> Iterator[None]:
    (bucket,) = (bucket for bucket in edge.clouds.cloudflare.state.buckets if bucket.name == name)
    bucket.public = True
    yield
    bucket.public = False
