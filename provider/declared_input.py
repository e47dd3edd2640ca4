"""One input of a resource type, and what is wrong with what was given for it."""

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence

from provider.values import Plain, Unknown

REQUIRED = object()
"""Stands for a default that there is not."""

_SHOWN: Mapping[type, str] = {
    str: "text", bool: "true or false", float: "a number", list: "a list of texts", dict: "a mapping of texts",
}  # fmt: skip


@dataclasses.dataclass(frozen=True, kw_only=True)
class DeclaredInput:
    """What an input may be."""

    kind: type
    """One of `str`, `bool`, `float`, `list` and `dict`, the last two of texts."""
    default: object = REQUIRED
    """Value when nothing is given, `None` when it is left out then."""
    one_of: Sequence[str] = ()
    """The texts that may be given, in a list too; empty when any may."""
    pattern: str | None = None
    """What a text must look like; the message shows `example`."""
    example: str | None = None
    """A text that fits `pattern`."""
    normal: Callable[[str], str] = str
    """Brings a text to the form in which the server shows it."""
    longest: int | None = None
    """Most characters of a text: what is longer would be cut or refused by the server."""
    fixed: bool = False
    """Whether it always has the default: something to watch, not to choose."""

    def value(self, given: Plain) -> Plain:
        """Return what is given in its normal form, the default when nothing is."""
        if self.fixed or given is None:
            return self._default()
        if isinstance(given, str) and self.kind is str:
            return self.normal(given)
        if isinstance(given, Sequence) and not isinstance(given, str):
            return sorted({text for text in given if isinstance(text, str)})
        return given

    def fault(self, given: Plain) -> str | None:
        """Return what is wrong with what is given, `None` when it can be used; values are never repeated."""
        if given is None:
            return f"missing. Expected {self._expected()}" if self.default is REQUIRED else None
        if isinstance(given, Unknown) or self.fixed:
            return None
        if not self._fits(given):
            return f"of the wrong type or not among the possible. Expected {self._expected()}"
        if isinstance(given, str) and self.longest is not None and len(given) > self.longest:
            return f"longer than {self.longest} characters, the most that the server keeps"
        if isinstance(given, str) and self.pattern is not None and not re.fullmatch(self.pattern, given):
            return f"not as expected, for example {self.example}"
        return None

    def _default(self) -> Plain:
        # Typed as object so that REQUIRED can stand in it; everything else is a plain value.
        return self.default if isinstance(self.default, bool | float | int | str | list | dict) else None

    def _expected(self) -> str:
        shown = _SHOWN[self.kind]
        if self.one_of:
            return f"{shown}, of {', '.join(self.one_of)}"
        return shown if self.example is None else f"{shown}, for example {self.example}"

    def _fits(self, given: Plain) -> bool:
        if self.kind is float:
            return isinstance(given, float | int) and not isinstance(given, bool)
        if self.kind is list:
            return (
                isinstance(given, Sequence)
                and not isinstance(given, str)
                and all(isinstance(text, Unknown) or self._is_text(text) for text in given)
            )
        if self.kind is dict:
            return isinstance(given, Mapping) and all(
                isinstance(text, Unknown) or self._is_text(text) for text in given.values()
            )
        return self._is_text(given) if self.kind is str else isinstance(given, bool)

    def _is_text(self, value: Plain) -> bool:
        if not isinstance(value, str):
            return False
        return value in self.one_of if self.one_of else value != "" or self.default == ""
