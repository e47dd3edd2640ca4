"""Which pinned files are taken into a bundle."""

import hashlib
import json
from pathlib import Path

from hosts.pin import Chart, Download, Image, Pin, Program, SigningKey
from ops.recover_bundle.found_artefacts import found_artefacts
from ops.recover_bundle.pinned_file import PACKAGES, pinned_files

CONTENT = b"the program"


def digest(content: bytes) -> str:
    """Return the SHA-256."""
    return hashlib.sha256(content).hexdigest()


def pins(*, image: str | None = None) -> dict[str, Pin]:
    """Return one pin of each kind, some of them open."""
    url = "https://publisher.test/{version}/tool"
    one = Download(url=url, checksums=f"{url}.sums", member=None, sha256=digest(CONTENT))
    other = Download(url=url, checksums=f"{url}.sums", member=None, sha256=None)
    return {
        "tool": Program(version="1.0", files={"amd64": one, "arm64": other}),
        "shop-chart": Chart(repository="https://charts.test", name="shop", version="2.0", sha256=digest(b"chart")),
        "later-chart": Chart(repository="https://charts.test", name="later", version=None, sha256=None),
        "shop": Image(name="images.test/shop", version="3", digest=image),
        "key": SigningKey(url="https://publisher.test/key", fingerprint=None),
    }


REQUIREMENTS = f"""\
# a comment
one==1.0 \\
    --hash=sha256:{digest(b"one for arm64")} \\
    --hash=sha256:{digest(b"one for amd64")}
    # via two
two==2.0 ; python_version < '3.12' \\
    --hash=sha256:{digest(b"two")}
three==3.0 ; sys_platform == 'win32' \\
    --hash=sha256:{digest(b"three")}
"""


def test_what_is_there_is_known_by_its_content(tmp_path: Path) -> None:
    """Whatever its name is; a package keeps the name that pip looks for."""
    files = {"download": CONTENT, "deep/shop.tgz": b"chart", "one-1.0-py3.whl": b"one for amd64", "other": b"other"}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)

    found = found_artefacts([*pinned_files(pins(), REQUIREMENTS)], tmp_path)

    assert {name: file.name for name, file in found.files.items()} == {
        "pins/tool-1.0-amd64": "download",
        "pins/charts/shop-chart-2.0": "shop.tgz",
        "pins/packages/one-1.0-py3.whl": "one-1.0-py3.whl",
    }


def test_what_is_not_there_is_told_with_what_brings_it() -> None:
    """The command for each kind; where the pin itself is open, the one that closes it."""
    found = found_artefacts([*pinned_files(pins(image=f"sha256:{digest(b'list')}"), REQUIREMENTS)], None)

    assert {one.name: one.helps for one in found.missing} == {
        "tool-1.0-amd64": "curl --fail --location --remote-name --output-dir DIR https://publisher.test/1.0/tool",
        "tool-1.0-arm64": "./factory pins update tool",
        "shop-chart-2.0": "helm pull shop --repo https://charts.test --version 2.0 --destination DIR",
        "later-chart-open": "./factory pins update later-chart",
        "images.test/shop:3": f"skopeo copy --all docker://images.test/shop@sha256:{digest(b'list')} "
        "oci:DIR/images:images.test/shop:3",
        "one-1.0": PACKAGES,
        "two-2.0": PACKAGES,
    }


def test_an_image_is_there_with_all_its_parts_or_not_at_all(tmp_path: Path) -> None:
    """Its list, the image of each processor, their settings and layers."""
    blobs = tmp_path / "images" / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def blob(content: bytes) -> str:
        (blobs / digest(content)).write_bytes(content)
        return digest(content)

    parts = [blob(b"{}"), blob(b"\\x1f layer")]
    one = {"config": {"digest": f"sha256:{parts[0]}"}, "layers": [{"digest": f"sha256:{parts[1]}"}]}
    parts.append(blob(json.dumps(one).encode()))
    parts.append(blob(json.dumps({"manifests": [{"digest": f"sha256:{parts[2]}"}]}).encode()))
    wanted = [*pinned_files(pins(image=f"sha256:{parts[3]}"), "")]

    found = found_artefacts(wanted, tmp_path)
    assert sorted(found.files) == sorted(f"pins/images/blobs/sha256/{part}" for part in parts)
    (blobs / parts[1]).unlink()
    assert found_artefacts(wanted, tmp_path).files == {}
