"""Pins are filled with what a publisher says, after the thing itself was compared with it."""

import ast
import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hosts.pin import Chart, Download, Image, Program, SigningKey
from hosts.versions import PINS
from ops.pinning.errors import PinError, UnreachableError
from ops.pinning.published import published
from ops.pinning.source import with_value
from ops.pinning.update import update
from tests.ops.pinning.publisher import Publisher

FILE = Path(__file__).resolve().parents[3] / "hosts" / "versions.py"
DIGESTS = {each: hashlib.sha256(each.encode()).hexdigest() for each in ("amd64", "arm64")}
LIST = json.dumps({"manifests": [{"platform": {"architecture": each}} for each in ("amd64", "arm64", "s390x")]})
LIST_DIGEST = f"sha256:{hashlib.sha256(LIST.encode()).hexdigest()}"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """Publish a program for both processors with its checksums, and an image."""
    with Publisher() as publisher:
        publisher.files = {f"/1.2+3/tool-{each}": each.encode() for each in DIGESTS}
        publisher.files["/1.2+3/sums"] = "".join(
            f"{digest} *tool-{each}\n" for each, digest in DIGESTS.items()
        ).encode()
        publisher.files["/1.2%2B3/sums"] = publisher.files["/1.2+3/sums"]
        publisher.files |= {f"/1.2%2B3/tool-{each}": each.encode() for each in DIGESTS}
        publisher.files["/v2/library/database/manifests/16.4"] = LIST.encode()
        yield publisher


def program(publisher: Publisher) -> Program:
    """Return the open pin of the program."""
    return Program(
        version="1.2+3",
        files={
            "amd64": Download(
                url=f"http://{publisher.address}/{{version}}/tool-amd64",
                checksums=f"http://{publisher.address}/{{version}}/sums",
                member=None,
                sha256=None,
            ),
            "arm64": Download(
                url=f"http://{publisher.address}/{{version}}/tool-arm64",
                checksums=f"http://{publisher.address}/{{version}}/sums",
                member=None,
                sha256=None,
            ),
        },
    )


def image(publisher: Publisher) -> Image:
    """Return the open pin of the image."""
    return Image(name=f"{publisher.address}/library/database", version="16.4", digest=None)


def test_program_is_compared_with_its_checksums(publisher: Publisher) -> None:
    """Both files are downloaded and their digests are those that the publisher says."""
    assert published(program(publisher)) == {("files", each, "sha256"): DIGESTS[each] for each in DIGESTS}


def test_image_is_pinned_by_the_list_for_all_processors(publisher: Publisher) -> None:
    """The digest is computed from what the registry sends, after its token was asked for."""
    publisher.said_digest = LIST_DIGEST

    assert published(image(publisher)) == {("digest",): LIST_DIGEST}


def test_what_differs_from_the_checksums_is_refused(publisher: Publisher) -> None:
    """A file that is not what the publisher says of it fills no pin."""
    publisher.files["/1.2%2B3/tool-arm64"] = b"another"

    with pytest.raises(PinError, match=f"tool-arm64: expected {DIGESTS['arm64']}, as http.*sums says, found"):
        published(program(publisher))


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("/1.2%2B3/sums", f"{DIGESTS['amd64']}  tool-amd64\n", "sums: expected a SHA-256 of tool-arm64, found none"),
        ("/1.2%2B3/sums", "1234 tool-amd64\n", "sums: expected a SHA-256 of tool-amd64, found none"),
        ("/1.2%2B3/sums", None, "sums: expected a file, found the answer 404"),
    ],
    ids=["one is missing", "no digest", "no file"],
)
def test_checksums_that_say_nothing_are_refused(
    publisher: Publisher, path: str, content: str | None, message: str
) -> None:
    """Without a checksum of the publisher nothing is filled in."""
    del publisher.files[path]
    if content is not None:
        publisher.files[path] = content.encode()

    with pytest.raises(PinError, match=message):
        published(program(publisher))


@pytest.mark.parametrize(
    ("content", "said", "message"),
    [
        (LIST, f"sha256:{'0' * 64}", f"expected sha256:{'0' * 64}, as the registry says, found {LIST_DIGEST}"),
        ('{"manifests": [{"platform": {"architecture": "amd64"}}]}', None, "expected an image for arm64, found amd64"),
        ('{"config": {}}', None, "expected a list of images, found none"),
    ],
    ids=["another digest", "one processor", "no list"],
)
def test_image_that_is_not_for_both_processors_is_refused(
    publisher: Publisher, content: str, said: str | None, message: str
) -> None:
    """A digest counts when the registry says the same, and when it leads to an image for each processor."""
    publisher.files["/v2/library/database/manifests/16.4"] = content.encode()
    publisher.said_digest = said

    with pytest.raises(PinError, match=message):
        published(image(publisher))


def test_no_way_out_is_told_apart(publisher: Publisher) -> None:
    """A network that lets nobody out is not the same as a publisher that says something else."""
    publisher.refusing = True
    with pytest.raises(UnreachableError, match="cannot be reached from here: it answers 403"):
        published(program(publisher))

    closed = dataclasses.replace(image(publisher), name="127.0.0.1:1/library/database")
    with pytest.raises(UnreachableError, match="cannot be reached from here"):
        published(closed)


def test_open_key_needs_a_person() -> None:
    """A key is not trusted because it lies where it is fetched from."""
    with pytest.raises(PinError, match="expected a person to read the fingerprint"):
        published(SigningKey(url="https://example.test/key", fingerprint=None))


def test_only_what_was_open_is_written(publisher: Publisher, tmp_path: Path) -> None:
    """The file of the pins differs in the values that were filled in, and a second run changes nothing."""
    file = tmp_path / "versions.py"
    before = FILE.read_text()
    file.write_text(before)

    changes = update(file, name="step-ca", pin=program(publisher))

    assert [str(change) for change in changes] == [
        f"step-ca files.{each}.sha256: open → {digest}" for each, digest in DIGESTS.items()
    ]
    after = file.read_text()
    changed = [(old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
    assert changed == [
        ("                sha256=None,", f'                sha256="{DIGESTS[each]}",') for each in DIGESTS
    ]
    filled = dataclasses.replace(
        program(publisher),
        files={
            each: dataclasses.replace(file, sha256=DIGESTS[each]) for each, file in program(publisher).files.items()
        },
    )
    assert update(file, name="step-ca", pin=filled) == []
    assert file.read_text() == after


def test_version_that_changed_at_its_publisher_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    """A pinned digest is never replaced by another one of the same version."""
    file = tmp_path / "versions.py"
    file.write_text(FILE.read_text())
    pinned = dataclasses.replace(image(publisher), digest=f"sha256:{'1' * 64}")

    with pytest.raises(PinError, match=r"digest: expected sha256:1111.* its publisher now says"):
        update(file, name="postgres", pin=pinned)

    assert file.read_text() == FILE.read_text()


@pytest.mark.parametrize("name", [name for name, pin in PINS.items() if not isinstance(pin, SigningKey)])
def test_each_pin_can_be_written(name: str) -> None:
    """The place of every value in the file is found, and the file remains a program."""
    pin = PINS[name]
    places: list[tuple[str, ...]] = [("files", "amd64", "sha256"), ("files", "arm64", "sha256")]
    if isinstance(pin, Image):
        places = [("digest",)]
    if isinstance(pin, Chart):
        places = [("version",), ("sha256",)]
    text = FILE.read_text()
    for place in places:
        text = with_value(text, name=name, place=place, value="word-of-the-test")

    ast.parse(text)
    assert text.count('"word-of-the-test"') == len(places)
