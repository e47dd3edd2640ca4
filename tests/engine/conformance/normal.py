"""What two runs of the same case have in common: values without addresses, times, random ids and ciphertexts."""

import base64
import functools
import hashlib
import json
import re
from collections.abc import Iterable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import JsonValue

from tests.engine.conformance.playground import PASSPHRASE, PROJECT, SALT

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 -- the protocol's mark, the same for everybody
_OUTPUT_MARK = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_REFERENCE_MARK = "5cf8f73096256a8f31e491e813e4eb8e"
_UNKNOWNS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_URN_START = re.compile(rf"urn:pulumi:[^:]+::{PROJECT}::")
_LEFT_OUT = frozenset({"created", "modified", "sourcePosition", "stackTrace", "sourcePositions"})


class Normalizer:
    """Makes the values of one case comparable; keeps the names given to random ids over its steps."""

    def __init__(self) -> None:
        """Begin with no ids seen."""
        self._names: dict[str, str] = {}
        self._count: dict[str, int] = {}

    def learn(self, resources: Iterable[JsonValue]) -> None:
        """Name the ids of the provider resources among *resources*: the resource and a number."""
        for resource in resources:
            if isinstance(resource, dict) and str(resource.get("type")).startswith("pulumi:providers:"):
                self.name(str(resource["urn"]), str(resource.get("id", "")))

    def name(self, urn: str, random_id: str) -> None:
        """Give *random_id* of the provider *urn* its name."""
        if _UUID.fullmatch(random_id) and random_id not in self._names and random_id not in _UNKNOWNS:
            self._count[urn] = self._count.get(urn, 0) + 1
            self._names[random_id] = f"<id {self._count[urn]}>"

    def normal(self, value: JsonValue) -> JsonValue:
        """Return *value* in its comparable form."""
        if isinstance(value, dict):
            return self._marked(value)
        if isinstance(value, list):
            return [self.normal(inner) for inner in value]
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, str):
            return self._text(value)
        return value

    def _marked(self, value: dict[str, JsonValue]) -> JsonValue:
        mark = value.get(_SIGNATURE)
        if mark == _SECRET_MARK:
            if "ciphertext" in value:
                return {"secret": self.normal(json.loads(_decrypted(str(value["ciphertext"]))))}
            return {"secret": self.normal(value["value"])}
        normal = {key: self.normal(inner) for key, inner in sorted(value.items()) if key not in _LEFT_OUT}
        for known, name in ((_OUTPUT_MARK, "output"), (_REFERENCE_MARK, "resource")):
            if mark == known:
                return {name: {key: inner for key, inner in normal.items() if key != _SIGNATURE}}
        return normal

    def _text(self, text: str) -> str:
        if text in _UNKNOWNS:
            return "<unknown>"
        short = _URN_START.sub("urn:", text)
        return _UUID.sub(lambda found: self._named(found.group()), short)

    def _named(self, random_id: str) -> str:
        return "<unknown>" if random_id in _UNKNOWNS else self._names.get(random_id, "<id>")


@functools.cache
def _cipher() -> AESGCM:
    salt = base64.b64decode(SALT.split(":")[1])
    return AESGCM(hashlib.pbkdf2_hmac("sha256", PASSPHRASE.encode(), salt, 1_000_000, 32))


def _decrypted(ciphertext: str) -> str:
    _, nonce, data = ciphertext.split(":")
    return _cipher().decrypt(base64.b64decode(nonce), base64.b64decode(data), None).decode()
