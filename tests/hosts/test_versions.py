"""Pins: complete for both processors, exact, and refused while something of them is missing."""

import dataclasses
import re

import pytest

from hosts.pin import ARCHITECTURES, Image, Program
from hosts.versions import PINS, open_pins

PROGRAMS = {name: pin for name, pin in PINS.items() if isinstance(pin, Program)}
IMAGES = {name: pin for name, pin in PINS.items() if isinstance(pin, Image)}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_pinned_for_both_processors(name: str) -> None:
    """Each program has a file for amd64 and arm64, with a checksum of its publisher or none at all."""
    pin = PROGRAMS[name]

    assert set(pin.files) == set(ARCHITECTURES)
    for architecture in ARCHITECTURES:
        file = pin.file(architecture)
        assert "{" not in file.url + file.checksums + (file.member or "")
        assert file.url.startswith("https://")
        assert file.sha256 is None or re.fullmatch("[0-9a-f]{64}", file.sha256)


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_has_a_registry_and_an_exact_tag(name: str) -> None:
    """No image floats: the registry is named and the tag says more than a major version."""
    pin = IMAGES[name]

    assert re.match(r"[a-z0-9.-]+\.[a-z]+/", pin.name)
    assert re.match(r"v?\d+\.\d+", pin.version)


def test_a_version_with_a_plus_is_quoted_in_an_address() -> None:
    """The plus of k3s versions reaches the server as a plus, and no space."""
    assert "/v1.34.3%2Bk3s1/k3s-arm64" in PROGRAMS["k3s"].file("arm64").url


def test_an_open_image_cannot_be_used_by_digest() -> None:
    """Asking an open pin for its digest is refused and names the command that fills it."""
    image = Image(name="docker.io/library/postgres", version="16.14", digest=None)

    with pytest.raises(ValueError, match=r"postgres:16\.14: expected a digest.*factory pins update"):
        _ = image.pinned

    closed = dataclasses.replace(image, digest="sha256:" + "0" * 64)
    assert closed.pinned == "docker.io/library/postgres:16.14@sha256:" + "0" * 64
    assert closed.named == "docker.io/library/postgres:16.14"


def test_open_pins_are_named_in_the_order_asked() -> None:
    """Only pins of which something is missing are returned."""
    wanted = [*IMAGES, "docker-repository"]

    assert open_pins(wanted) == [name for name in wanted if PINS[name].is_open]
    assert "docker-repository" not in open_pins(wanted)
