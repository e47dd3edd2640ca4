"""Where a secret value can be found in files."""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path


def forms(secret: str) -> Iterator[tuple[str, bytes]]:
    """Yield each form in which *secret* may be written: plain, as JSON, as JSON in JSON, and each of them in base64."""
    escaped = json.dumps(secret)[1:-1]
    literal = json.dumps(secret, ensure_ascii=False)[1:-1]
    texts = {
        "plain": secret,
        "JSON": escaped,
        "JSON with letters kept": literal,
        "JSON twice": json.dumps(escaped)[1:-1],
    }
    for name, text in texts.items():
        yield name, text.encode()
        for shift in range(3):
            for kind, encode in (("base64", base64.b64encode), ("base64 for addresses", base64.urlsafe_b64encode)):
                yield (
                    f"{name} in {kind}, shifted by {shift}",
                    _middle(encode(b"\0" * shift + text.encode()), shift, text),
                )


def _middle(encoded: bytes, shift: int, text: str) -> bytes:
    """Cut off what depends on the bytes around the secret."""
    begin = (shift * 8 + 5) // 6
    end = (shift + len(text.encode())) * 8 // 6
    return encoded[begin:end]


def traces(secrets: Iterable[str], *, folders: Iterable[Path]) -> list[str]:
    """Return one line for each file in *folders* that holds one of *secrets* in some form, or in its name."""
    wanted = [(name, form) for secret in secrets for name, form in forms(secret)]
    found: list[str] = []
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = str(path).encode() + path.read_bytes()
            found += [f"{path}: {name}" for name, form in wanted if form in content]
    return found
