"""The search for secrets, on plain bytes."""

import base64
import json
import urllib.parse

import pytest

from rehearsal.secret_search import SecretSearch

SECRET = 's3cret/with+every=kind of~sign\n"ä' + "?" * 8
WRITTEN = {
    "plain": SECRET.encode(),
    "JSON": json.dumps({"key": SECRET}).encode(),
    "hexadecimal": SECRET.encode().hex().encode(),
    "capital hexadecimal": SECRET.encode().hex().upper().encode(),
    "part of a URL": urllib.parse.quote(SECRET, safe="").encode(),
    "path of a URL": urllib.parse.quote(SECRET).encode(),
    "form": urllib.parse.urlencode({"key": SECRET}).encode(),
    **{f"Base64 after {before}": base64.b64encode(b"x" * before + SECRET.encode()) for before in range(5)},
    **{f"Base64 before {after}": base64.b64encode(SECRET.encode() + b"x" * after) for after in range(3)},
    "Base64 of URLs": base64.urlsafe_b64encode(b"user:" + SECRET.encode()).rstrip(b"="),
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN.keys())
def test_each_way_of_writing_is_found(written: bytes) -> None:
    """The secret is found in the middle of other text, and called by its name."""
    assert SecretSearch({SECRET: "the key"}).found_in(b"before" + written + b"after") == ["the key"]


def test_half_a_secret_is_none() -> None:
    """Half of it, and another one, are not found."""
    search = SecretSearch({SECRET: "the key"})

    assert search.found_in(SECRET.encode()[:-9]) == []
    assert search.found_in(base64.b64encode(SECRET[::-1].encode())) == []


def test_short_texts_are_not_looked_for() -> None:
    """A text that is found everywhere by chance does not count."""
    assert SecretSearch({"a": "a letter"}).found_in(b"a letter") == []
