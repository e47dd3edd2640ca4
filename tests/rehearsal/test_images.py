"""Stand-in images: their archives, their recipes, and the registry that hands them out."""

import hashlib
import json
import os
import tarfile
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from hosts.pin import Image as PinnedImage
from hosts.versions import PINS
from rehearsal.images.build import BuiltImage
from rehearsal.images.forget_old import forget_old
from rehearsal.images.image import Brought, Image, content_digest
from rehearsal.images.lab_images import RECIPES
from rehearsal.images.layer_tar import tar_of_files, tar_of_root
from rehearsal.registry import Registry

CONTENT = b"one layer"
CONFIGURATION = b"{}"


def digest(content: bytes) -> str:
    """Return the digest as it stands in a reference."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@pytest.fixture
def built(tmp_path: Path) -> BuiltImage:
    """Lay out the smallest image as `build` does."""
    (tmp_path / "blobs").mkdir()
    for content in (CONTENT, CONFIGURATION):
        (tmp_path / "blobs" / digest(content).removeprefix("sha256:")).write_bytes(content)
    image = BuiltImage(folder=tmp_path / "image")
    image.folder.mkdir()
    manifest = {"config": {"digest": digest(CONFIGURATION)}, "layers": [{"digest": digest(CONTENT)}]}
    image.manifest.write_text(json.dumps(manifest))
    (image.folder / "reference").write_text("docker.io/library/thing:1.0")
    return image


@pytest.fixture
def address(built: BuiltImage) -> Iterator[str]:
    """Serve that image on a free port."""
    with Registry(("127.0.0.1", 0), [built], network=None) as registry:
        threading.Thread(target=registry.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{registry.server_port}/v2"
        registry.shutdown()


def test_registry_hands_out_what_was_built(built: BuiltImage, address: str) -> None:
    """By tag and by digest the same manifest comes, with its digest, and each part that it names."""
    for reference in ("1.0", built.digest):
        answer = httpx.get(f"{address}/library/thing/manifests/{reference}")
        assert answer.content == built.manifest.read_bytes()
        assert answer.headers["Docker-Content-Digest"] == built.digest
    for content in (CONTENT, CONFIGURATION):
        assert httpx.get(f"{address}/library/thing/blobs/{digest(content)}").content == content


def test_registry_tells_sizes_without_content(address: str) -> None:
    """Docker asks for the head first: size and digest, and nothing more."""
    answer = httpx.head(f"{address}/library/thing/blobs/{digest(CONTENT)}")

    assert (answer.headers["Content-Length"], answer.content) == (str(len(CONTENT)), b"")


@pytest.mark.parametrize(
    "path",
    [
        "library/thing/manifests/2.0",
        "other/manifests/1.0",
        f"library/thing/blobs/{digest(b'x')}",
        "..%2f..%2fetc/passwd",
    ],
)
def test_registry_has_nothing_else(address: str, path: str) -> None:
    """What was not built is not found, and nothing outside is ever reached."""
    assert httpx.get(f"{address}/{path}").status_code == HTTPStatus.NOT_FOUND


def test_registry_takes_nothing(address: str) -> None:
    """Nobody can put an image there."""
    answer = httpx.put(f"{address}/library/thing/manifests/1.0", content=b"{}")

    assert answer.status_code == HTTPStatus.NOT_IMPLEMENTED


def test_files_become_the_same_archive_again(tmp_path: Path) -> None:
    """Times and owners do not matter: the same files give the same archive, owned by root."""
    (tmp_path / "program").write_text("#!/bin/sh\n")
    (tmp_path / "link").symlink_to("program")
    files = {
        "/opt/tool/program": Brought(source=tmp_path / "program", target="/opt/tool/program", mode=0o755),
        "/opt/tool/link": Brought(source=tmp_path / "link", target="/opt/tool/link"),
    }
    first = tar_of_files(files, tmp_path / "first.tar")
    os.utime(tmp_path / "program", (1, 1))
    second = tar_of_files(files, tmp_path / "second.tar")

    assert first == second
    with tarfile.open(tmp_path / "first.tar") as archive:
        found = {entry.name: (entry.uid, entry.mode & 0o777) for entry in archive if not entry.issym()}
        assert archive.getmember("opt/tool/link").linkname == "program"
    assert found == {"opt": (0, 0o755), "opt/tool": (0, 0o755), "opt/tool/program": (0, 0o755)}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes the marks of an overlay")
def test_what_an_overlay_took_away_is_marked(tmp_path: Path) -> None:
    """A file that the upper side removes is removed by the layer too; what only served the making is left out."""
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    (root / "etc/kept").touch()
    os.mknod(root / "etc/gone", 0o020600, os.makedev(0, 0))
    (root / "tmp").mkdir()
    (root / "tmp/left").touch()

    tar_of_root(root, tmp_path / "layer.tar")

    with tarfile.open(tmp_path / "layer.tar") as archive:
        names = set(archive.getnames())
    assert {"etc/kept", "etc/.wh.gone"} <= names
    assert not {"etc/gone", "tmp/left"} & names


def test_recipe_changes_with_every_byte(tmp_path: Path) -> None:
    """A byte, a mode or a name that changes makes another image; a time does not."""
    file = tmp_path / "file"
    file.write_text("one")
    image = Image(name="thing", tag="1", origin="test", brought=[Brought(source=tmp_path, target="/opt")])
    first = content_digest(image.files)
    os.utime(file, (1, 1))
    assert content_digest(image.files) == first
    file.chmod(0o600)
    assert content_digest(image.files) != first
    file.chmod(0o644)
    file.write_text("two")
    assert content_digest(image.files) != first


def test_each_image_of_the_layers_has_a_stand_in() -> None:
    """Every pinned image has a recipe: otherwise a machine of the rehearsal would ask the outside for it."""
    assert {name for name, pin in PINS.items() if isinstance(pin, PinnedImage)} == RECIPES.keys()


def test_unused_recipes_are_forgotten(built: BuiltImage) -> None:
    """An image that nobody used for long goes with its parts; one in use stays, with all that it names."""
    store = built.folder.parent
    (store / "lock").touch()
    old = store / "old"
    old.mkdir()
    (old / "layer").write_text("f" * 64)
    (store / "blobs" / ("f" * 64)).touch()
    for path in (old, built.folder):
        os.utime(path, (1, 1))

    forget_old(store, used=[built.folder])

    assert not old.exists()
    found = {blob.name for blob in (store / "blobs").iterdir()}
    assert found == {digest(content).removeprefix("sha256:") for content in (CONTENT, CONFIGURATION)}
