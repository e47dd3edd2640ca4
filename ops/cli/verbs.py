"""The verbs: one module of the package `ops` each."""

import ast
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

FOLDER = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One verb, known without being imported."""

    name: str
    """What is typed."""

    module: str
    """Module that holds the function (or the group `app`)."""

    summary: str
    """First line of the module's docstring."""


def find_verbs(folder: Path = FOLDER) -> list[Verb]:
    """Return the verbs whose files stand in *folder*, by name."""
    return [
        Verb(
            name=path.stem.rstrip("_").replace("_", "-"),
            module=f"ops.{path.stem}",
            summary=_summary(path),
        )
        for path in sorted(folder.glob("*.py"))
        if not path.stem.startswith("_")
    ]


def _summary(path: Path) -> str:
    try:
        return (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
    except SyntaxError as error:  # one broken verb must not take the others away
        return f"cannot be read: line {error.lineno}: {error.msg}"


def build_app(words: Sequence[str]) -> typer.Typer:
    """Return the command line; only the verb named in *words* is imported, so that help and completion are quick."""
    app = typer.Typer(
        name="factory",
        help="The lab as one program. Each verb has its own --help with an example.",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_no_verb)
    for verb in find_verbs():
        if verb.name in words:
            _add(app, verb)
        else:
            app.command(verb.name, help=verb.summary)(_no_verb)
    return app


def _add(app: typer.Typer, verb: Verb) -> None:
    module = importlib.import_module(verb.module)
    group: object = getattr(module, "app", None)
    if isinstance(group, typer.Typer):
        app.add_typer(group, name=verb.name)
        return
    command: Callable[..., None] = getattr(module, verb.module.rpartition(".")[2])
    app.command(verb.name)(command)


def _no_verb() -> None:
    """Stand for a verb that was not asked for."""
