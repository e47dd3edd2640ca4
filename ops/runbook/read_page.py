"""Read the commands of a page."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ops.runbook.command import Command
from ops.runbook.known_words import word_faults

PAGES = Path(__file__).resolve().parents[2] / "docs" / "runbooks"
_HEADING = re.compile(r"^#{1,3} (.+)$")
_FENCE = re.compile(r"^ *```(\w*)$")
_LOOP_BEGINS = re.compile(r"^(for|while|if) ")
_MARKS = re.compile(r"^ *(\d+\.|\*) +|\*\*|`|\[(?=[^]]*\]\()|\]\([^)]*\)")
_LOOP_ENDS = re.compile(r"(^|[ ;])(done|fi)( |$)")


class RefusedPageError(Exception):
    """A page holds commands that nobody can type; the text names each with its line."""


def read_page(page: Path) -> Sequence[Command]:
    """Return the commands in the `sh` blocks of *page*, in order; raise RefusedPageError with all its faults."""
    commands = [*_commands(page.read_text(encoding="utf-8").splitlines())]
    faults = [f"{page.name}:{command.line}: {fault}" for command in commands for fault in word_faults(command.text)]
    if faults:
        raise RefusedPageError("\n".join(faults))
    return commands


def _commands(lines: Sequence[str]) -> Iterator[Command]:
    section, language = "", ""
    inside = False
    said: list[str] = []
    begun: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        fence, heading = _FENCE.match(line), _HEADING.match(line)
        if fence:
            inside, language = not inside, fence[1]
            said = said if inside else []
        elif not inside:
            section = heading[1] if heading else section
            said = [] if heading else _paragraph(said, line)
        elif language == "sh" and line.strip():
            begun.append((number, line.strip()))
            if not _goes_on([text for _, text in begun]):
                text = _joined([text for _, text in begun])
                yield Command(section=section, line=begun[0][0], text=text, why=" ".join(filter(None, said)))
                begun = []


def _paragraph(said: Sequence[str], line: str) -> list[str]:
    """Return the sentences of the paragraph that *line* goes on, or begins."""
    if not line.strip():
        return [*said, ""] if said and said[-1] else [*said]
    # A blank line stands between a paragraph and its commands; text after one begins another.
    before = [] if said and not said[-1] else said
    return [*before, _MARKS.sub("", line).strip()]


def _goes_on(lines: Sequence[str]) -> bool:
    in_a_loop = _LOOP_BEGINS.match(lines[0]) and not _LOOP_ENDS.search(lines[-1])
    return lines[-1].endswith("\\") or bool(in_a_loop)


def _joined(lines: Sequence[str]) -> str:
    return re.sub(r" *\\\n *", " ", "\n".join(lines))
