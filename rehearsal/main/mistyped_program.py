"""The program with one character of one computed name changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rehearsal.program_copy import copy_program

NAMES = (
    "ci_policy",
    "configuration_path",
    "database",
    "dns_name",
    "instance",
    "jwt_role",
    "namespace",
    "owner_role",
    "repository",
    "runtime_policy",
    "service_account",
    "vault_database_role",
    "vault_kubernetes_role",
)
"""The names of an application that the stack `main` uses."""

CODE = '''

def _mistype(name: str) -> None:
    """Have one application's name be computed with one wrong character."""
    right = vars(App)[name].fget

    def wrong(app: App) -> str:
        value = str(right(app))
        place = _PLACES.get(f"{app.name} {app.environment} {name}")
        if place is None:
            return value
        other = "q" if value[place] != "q" else "x"
        return value[:place] + other + value[place + 1 :]

    setattr(App, name, property(wrong))
'''


def wrong(value: str, place: int) -> str:
    """Return *value* with another character at *place*."""
    return value[:place] + ("q" if value[place] != "q" else "x") + value[place + 1 :]


@dataclass(frozen=True, kw_only=True)
class Typo:
    """One wrong character."""

    app: str
    """Name of the application, without its environment."""
    name: str
    """Which of its names."""
    place: int
    """Which character, from 0 on."""
    environment: str = "prod"
    """Its environment."""


def mistyped_program(program: Path, folder: Path, typos: list[Typo]) -> Path:
    """Copy *program* into *folder* with *typos*, and return the copy."""
    copy = copy_program(program, folder)
    file = copy / "stacks" / "app.py"
    file.write_text(mistyped(file.read_text(encoding="utf-8"), typos), encoding="utf-8")
    return copy


def mistyped(text: str, typos: list[Typo]) -> str:
    """Return the *text* of `stacks/app.py` with *typos* in what it computes."""
    places: Mapping[str, int] = {f"{typo.app} {typo.environment} {typo.name}": typo.place for typo in typos}
    names = sorted({typo.name for typo in typos})
    return f"{text}\n_PLACES = {places!r}\n{CODE}\n\nfor _name in {names!r}:\n    _mistype(_name)\n"
