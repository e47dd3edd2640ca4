"""Make a stand-in image, or find the one that was made from the same recipe before."""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rehearsal.images.forget_old import forget_old
from rehearsal.images.image import Image, content_digest
from rehearsal.images.layer_tar import tar_of_files, tar_of_root
from rehearsal.images.system_root import BASE_RECIPE, add_packages, make_base
from rehearsal.part import CPUS

CACHE = Path("~/.cache/factory/images")
FORMAT = "2"
"""Counted up when the same recipe gives another image."""

MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
CONFIGURATION_TYPE = "application/vnd.docker.container.image.v1+json"
# Not compressed: the way is short, and a layer's digest is then that of its content too.
LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar"


@dataclass(frozen=True, kw_only=True)
class BuiltImage:
    """An image that is ready to be served."""

    folder: Path
    """Its own; what its manifest names lies in the folder `blobs` beside it, by digest."""

    @property
    def manifest(self) -> Path:
        """File of the manifest."""
        return self.folder / "manifest.json"

    @property
    def reference(self) -> str:
        """Name and tag."""
        return (self.folder / "reference").read_text()

    @property
    def digest(self) -> str:
        """Digest of the manifest, as in a reference by digest."""
        return "sha256:" + hashlib.sha256(self.manifest.read_bytes()).hexdigest()


def build(image: Image, *, cache: Path = CACHE) -> BuiltImage:
    """Return the image, made now unless the same recipe was made before; as root on Debian."""
    store = cache.expanduser()
    store.mkdir(parents=True, exist_ok=True)
    base = _recipe(FORMAT, *BASE_RECIPE)
    system = _recipe(base, *image.packages, "", *image.setup) if image.packages or image.setup else base
    files = _recipe(system, content_digest(image.files))
    whole = store / _recipe(files, image.reference, json.dumps(image.configuration, sort_keys=True))
    built = BuiltImage(folder=whole)
    with _alone(store):
        if not built.manifest.exists():
            layers = [_layer(store, base, lambda folder: make_base(folder / "root"))]
            if system != base:
                root = store / base / "root"
                layers.append(_layer(store, system, lambda folder: add_packages(root, folder, image=image)))
                shutil.rmtree(store / system / "root", ignore_errors=True)
            layers.append(_files_layer(store, files, image))
            _write_manifest(store, whole, image, layers)
        forget_old(store, used=[store / base, store / system, store / files, whole])
    return built


def _recipe(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:32]


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """Let one process at a time make images; the lock goes with the process."""
    with (store / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _layer(store: Path, recipe: str, make: Callable[[Path], Path]) -> str:
    """Return the digest of the layer that `make` makes the root of, in a folder that keeps it."""
    known = store / recipe / "layer"
    if known.exists():
        return known.read_text()
    shutil.rmtree(store / recipe, ignore_errors=True)
    with _half_made(store) as half:
        root = make(half)
        digest = _keep(store, half / "layer.tar", tar_of_root(root, half / "layer.tar"))
        (half / "layer").write_text(digest)
        half.rename(store / recipe)
    return digest


def _files_layer(store: Path, recipe: str, image: Image) -> str:
    known = store / recipe
    if known.is_file():
        return known.read_text()
    with _half_made(store) as half:
        digest = _keep(store, half / "layer.tar", tar_of_files(image.files, half / "layer.tar"))
    known.write_text(digest)
    return digest


@contextmanager
def _half_made(store: Path) -> Iterator[Path]:
    """Make a folder that is gone at the end unless it was moved; left-overs of a crash go first."""
    for left in store.glob("half-*"):
        shutil.rmtree(left, ignore_errors=True)
    half = Path(tempfile.mkdtemp(prefix="half-", dir=store))
    half.chmod(0o755)
    try:
        yield half
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _keep(store: Path, path: Path, digest: str) -> str:
    blobs = store / "blobs"
    blobs.mkdir(exist_ok=True)
    path.rename(blobs / digest)
    return digest


def _write_manifest(store: Path, folder: Path, image: Image, layers: Sequence[str]) -> None:
    configuration = _json(
        {
            "architecture": CPUS.get(platform.machine(), platform.machine()),
            "os": "linux",
            "config": image.configuration,
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer}" for layer in layers]},
            "history": [{"created_by": "factory rehearsal"} for _ in layers],
        }
    )
    name = hashlib.sha256(configuration).hexdigest()
    (store / "blobs" / name).write_bytes(configuration)
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": _described(store, name, CONFIGURATION_TYPE),
        "layers": [_described(store, layer, LAYER_TYPE) for layer in layers],
    }
    folder.mkdir(exist_ok=True)
    (folder / "reference").write_text(image.reference)
    half = folder / f"manifest.{os.getpid()}"
    half.write_bytes(_json(manifest))
    half.rename(folder / "manifest.json")


def _described(store: Path, name: str, media_type: str) -> Mapping[str, object]:
    size = (store / "blobs" / name).stat().st_size
    return {"mediaType": media_type, "size": size, "digest": f"sha256:{name}"}


def _json(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
