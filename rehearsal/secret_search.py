"""Whether a secret stands somewhere, in any of the ways in which one gets written."""

import base64
import json
import urllib.parse
from collections.abc import Iterator, Mapping

SHORTEST = 8
"""A shorter text is found by chance, and is no secret either."""


class SecretSearch:
    """Looks for secrets in plain and as JSON, Base64, hexadecimal digits and URLs write them."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        """Look for *secrets*, each value with the name of what it is; only the names are ever said."""
        self._forms = {
            form: name for value, name in secrets.items() if len(value) >= SHORTEST for form in _forms(value)
        }

    def __len__(self) -> int:
        """Return how many ways of writing a secret are looked for."""
        return len(self._forms)

    def found_in(self, content: bytes) -> list[str]:
        """Return the names of the secrets that stand in *content*."""
        return sorted({name for form, name in self._forms.items() if form in content})


def _forms(value: str) -> Iterator[bytes]:
    plain = value.encode()
    yield plain
    yield json.dumps(value)[1:-1].encode()
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    for quoted in (urllib.parse.quote(value, safe=""), urllib.parse.quote(value), urllib.parse.quote_plus(value)):
        yield quoted.encode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        # The encoding depends on where in a text the value begins: the middle is the same for none of the three.
        for shift in range(3):
            yield encode(b"\0" * shift + plain)[4:-4]
