"""Take secrets out of a text."""

from collections.abc import Iterable

_SHORTEST_LINE = 8
SHOWN = "[secret]"


def masked(text: str, secrets: Iterable[str]) -> str:
    """Return *text* with every secret, and every longer line of one, replaced."""
    parts = {part for secret in secrets for part in (secret, *_lines(secret)) if part}
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, SHOWN)
    return text


def _lines(secret: str) -> list[str]:
    return [line for line in secret.splitlines() if len(line) >= _SHORTEST_LINE]
