"""The commands that a runbook names."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

PROGRAMS = (
    "./factory", "chmod", "dig", "echo", "export", "for", "ip", "journalctl", "ping", "printf", "pulumi", "ssh",
    "ssh-keygen", "sudo", "systemctl",
)  # fmt: skip
_FENCE = re.compile(r"^ *```[a-z]*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`]+)`")


def runbook_commands(page: Path) -> Sequence[str]:
    """Return each command of *page* once, in the order of the page, on one line."""
    return list(dict.fromkeys(_commands(page.read_text(encoding="utf-8"))))


def _commands(text: str) -> Iterator[str]:
    # Each line of a fence becomes a span, so that both are found in the order of the page.
    plain = _FENCE.sub(lambda fence: "\n".join(f"`{line.strip()}`" for line in fence[1].splitlines()), text)
    for span in _SPAN.findall(plain):
        command = " ".join(span.split())
        program, _, rest = command.partition(" ")
        if program in PROGRAMS and rest:
            yield command
