"""What a command of a page may be made of."""

import difflib
import shlex
from collections.abc import Iterator, Sequence

import typer

from ops.cli.verbs import build_app, find_verbs

FACTORY = "./factory"
PROGRAMS = frozenset(
    {
        FACTORY, "base64", "cp", "dig", "e2fsck", "echo", "export", "gcloud", "git", "gpg", "ip", "journalctl",
        "kubectl", "mv", "perl", "ping", "printf", "pulumi", "python3", "qemu-img", "read", "rm", "sed", "shred", "ssh",
        "ssh-keygen", "sudo", "systemctl", "tar",
    }
)  # fmt: skip
"""What an operator has; a page that needs another program names it here too."""
_SEPARATORS = frozenset({"|", "||", "&&", ";", "\n"})
_BEFORE_A_COMMAND = frozenset({"do", "then", "else"})
_ENDS = frozenset({"done", "fi"})
_NO_COMMAND = frozenset({"for", "while", "if"})


def word_faults(text: str) -> Iterator[str]:
    """Yield what no operator could type of the command *text*."""
    try:
        simple = [*_simple_commands(text)]
    except ValueError as error:
        yield f"expected a command of the shell: {error}"
        return
    for words in simple:
        if words[0] not in PROGRAMS:
            yield f"no such program: {words[0]}{_meant(words[0], [*PROGRAMS])}"
        elif words[0] == FACTORY:
            yield from _verb_faults(words[1:])


def _simple_commands(text: str) -> Iterator[Sequence[str]]:
    lexer = shlex.shlex(text.replace("\n", " ; "), posix=True, punctuation_chars="|&;<>")
    lexer.commenters = "#"
    words: list[str] = []
    for word in [*lexer, ";"]:
        if word in _SEPARATORS:
            if words and words[0] not in _NO_COMMAND | _ENDS:
                yield words
            words = []
        elif words or word not in _BEFORE_A_COMMAND:
            words.append(word)


def _verb_faults(words: Sequence[str]) -> Iterator[str]:
    """Yield what `./factory` does not know of *words*: verb, verb of a group, options."""
    left = [*words]
    names = [verb.name for verb in find_verbs()]
    if not left or left[0] not in names:
        yield f"no such verb: {left[0] if left else '(none)'}{_meant(left[0] if left else '', names)}"
        return
    command = typer.main.get_command(build_app(left[:1]))
    path = ""
    while (inner := getattr(command, "commands", None)) is not None:
        name = left.pop(0) if left else "(none)"
        if name not in inner:
            yield f"no such verb: {path}{name}{_meant(name, [*inner])}"
            return
        command, path = inner[name], f"{path}{name} "
    options = [option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)]
    for word in left:
        if word == "--":
            yield from word_faults(shlex.join(left[left.index(word) + 1 :]))
            return
        option = word.partition("=")[0]
        if word.startswith("-") and option not in options:
            yield f"{path.strip()} has no option {option}{_meant(option, options)}"


def _meant(found: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(found, known, n=1)
    return f", did you mean {near[0]!r}?" if near else ""
