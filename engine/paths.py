"""Property paths such as `tags.owner`, `list[0]` and `root["a.b"]`, as Pulumi's options write them."""

import copy
from collections.abc import Sequence
from typing import TypeAlias

from engine.values import Properties, Secret, Value

Path: TypeAlias = tuple[str | int, ...]

_WILDCARD = "*"


def parse(text: str) -> Path:
    """Return the parts of the property path *text*.

    Raises:
        ValueError: a bracket is not closed or an index is not a number.

    """
    parts: list[str | int] = []
    rest = text
    while rest:
        if rest.startswith("."):
            rest = rest[1:]
        elif rest.startswith('["'):
            part, rest = _quoted(rest, text)
            parts.append(part)
        elif rest.startswith("["):
            inside, bracket, rest = rest[1:].partition("]")
            if not bracket or not (inside == _WILDCARD or inside.isdecimal()):
                raise ValueError(f"property path {text!r}: expected a number or * in brackets, for example list[0]")
            parts.append(_WILDCARD if inside == _WILDCARD else int(inside))
        else:
            end = min((rest.find(mark) for mark in ".[" if mark in rest), default=len(rest))
            parts.append(rest[:end])
            rest = rest[end:]
    return tuple(parts)


def text(path: Path) -> str:
    """Return *path* as Pulumi writes it: parts that are not plain words are quoted."""
    out = ""
    for part in path:
        if isinstance(part, int):
            out += f"[{part}]"
        elif all(character.isascii() and (character.isalnum() or character == "_") for character in part):
            out += f".{part}" if out else part
        else:
            quoted = part.replace('"', '\\"')
            out += f'["{quoted}"]'
    return out


def _quoted(rest: str, text: str) -> tuple[str, str]:
    out: list[str] = []
    index = 2
    while index < len(rest):
        if rest[index] == "\\" and index + 1 < len(rest):
            out.append(rest[index + 1])
            index += 2
        elif rest[index] == '"':
            if rest[index + 1 : index + 2] != "]":
                break
            return "".join(out), rest[index + 2 :]
        else:
            out.append(rest[index])
            index += 1
    raise ValueError(f'property path {text!r}: expected "] at the end of a quoted part')


def contains(pattern: Path, other: Path) -> bool:
    """Tell whether *other* lies at or below *pattern*; `*` stands for any one part."""
    if len(pattern) > len(other):
        return False
    return all(mine in (_WILDCARD, theirs) for mine, theirs in zip(pattern, other, strict=False))


def reset_ignored(inputs: Properties, old: Properties, ignored: Sequence[str]) -> tuple[Properties, list[str]]:
    """Put the old value back at each ignored path.

    Returns:
        the new inputs, and the paths that lie in an element which was added or removed (they cannot be ignored).

    """
    if not ignored:
        return inputs, []
    result = copy.deepcopy(inputs)
    refused: list[str] = []
    for text in ignored:
        try:
            path = parse(text)
        except ValueError:
            continue
        if not _reset(path, old, result):
            refused.append(text)
    return result, refused


def _reset(path: Path, old: Value, new: Value, *, expose: bool = False) -> bool:  # noqa: PLR0911  # one answer for each kind of value
    """Copy what *old* has at *path* into *new*; false when the way there exists on one side only.

    *expose* says that *old* lies in a secret and *new* does not: what is copied is marked secret then.
    """
    expose = (expose or isinstance(old, Secret)) and not isinstance(new, Secret)
    old, new = _plain(old), _plain(new)
    head, rest = path[0], path[1:]
    if head == _WILDCARD:
        return _reset_all(rest, old, new, expose=expose)
    if isinstance(head, int):
        return _reset_item(head, rest, old, new, expose=expose)
    if not rest:
        if isinstance(old, dict) and head in old:
            if not isinstance(new, dict):
                return False
            new[head] = Secret(old[head]) if expose else old[head]
        elif isinstance(new, dict):
            new.pop(head, None)
        return True
    if not isinstance(old, dict) or not isinstance(new, dict):
        return not isinstance(old, dict) and not isinstance(new, dict)
    if head not in new:
        return head not in old
    return _reset(rest, old.get(head), new[head], expose=expose)


def _reset_item(index: int, rest: Path, old: Value, new: Value, *, expose: bool) -> bool:
    if not isinstance(old, list) or not isinstance(new, list):
        return not isinstance(old, list) and not isinstance(new, list)
    if index >= len(old) or index >= len(new):
        return not rest and index >= len(old) and index >= len(new)
    if rest:
        return _reset(rest, old[index], new[index], expose=expose)
    new[index] = Secret(old[index]) if expose else old[index]
    return True


def _reset_all(rest: Path, old: Value, new: Value, *, expose: bool) -> bool:  # noqa: PLR0911  # one answer for each kind of value
    if isinstance(new, dict) and (isinstance(old, dict) or not rest):
        if not isinstance(old, dict):
            return True
        if not rest:
            new.clear()
            new.update({key: Secret(value) if expose else value for key, value in old.items()})
            return True
        return all(key in new and _reset(rest, value, new[key], expose=expose) for key, value in old.items())
    if isinstance(new, list) and (isinstance(old, list) or not rest):
        if not isinstance(old, list):
            return True
        for index, value in enumerate(old[: len(new)]):
            if rest:
                if not _reset(rest, value, new[index], expose=expose):
                    return False
            else:
                new[index] = Secret(value) if expose else value
        return len(old) == len(new)
    return False


def _plain(value: Value) -> Value:
    return value.value if isinstance(value, Secret) else value
