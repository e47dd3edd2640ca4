"""The reference pages: one per kind of thing."""

from pathlib import Path

from hosts.start.start_diagram import start_diagram
from hosts.start.starts import STARTS
from ops.reference.described_class import Field, described_classes
from ops.reference.described_verbs import described_verbs

COMPONENTS = "docs/reference/components.md"
SETTINGS = "docs/reference/settings.md"
MODELS = {"Model", "BaseModel"}
START = "docs/reference/start-order.md"
VERBS = "docs/reference/verbs.md"
NOTICE = "<!-- Made by `./factory docs` from {source}; not edited by hand. -->"


def reference_pages(root: Path) -> dict[str, str]:
    """Return the text of each page under its path, as the code of the checkout has it."""
    return {COMPONENTS: _components(root), SETTINGS: _settings(root), START: _start(), VERBS: _verbs(root)}


def _start() -> str:
    rows = ["| what | needs | kept by | or else |", "| --- | --- | --- | --- |"]
    for name, start in STARTS.items():
        rows += [f"| {name} | {need.of} | {need.kept_by} | {need.or_else or ''} |" for need in start.needs]
    introduction = (
        "What must serve before something else can start, after a power cut and at the first time. An arrow leads "
        "to what is waited for, a dotted one to what can be away. `./factory check` refuses a circle, and anything "
        "beside the cluster that would wait for the cluster."
    )
    return _page(
        [
            "# Order of the start",
            NOTICE.format(source="hosts/start/starts.py"),
            introduction,
            f"```mermaid\n{start_diagram()}\n```",
            "\n".join(rows),
        ]
    )


def _components(root: Path) -> str:
    parts = [
        "# Components",
        NOTICE.format(source="components/"),
        "One file is one component: what goes in, what comes out.",
    ]
    for path in sorted((root / "components").glob("*.py")):
        if path.stem.startswith("_"):
            continue
        classes = described_classes(path)
        component = next((one for one in classes if any("ComponentResource" in base for base in one.bases)), None)
        if component is None:
            continue
        parts += [f"## {component.name}", f"`{path.relative_to(root)}`", component.text]
        for arguments in classes:
            if arguments.name == f"{component.name}Args":
                parts += ["### In", arguments.text, _table(arguments.fields)]
        if component.fields:
            parts += ["### Out", _table(component.fields)]
    return _page(parts)


def _settings(root: Path) -> str:
    introduction = "What may stand in the `settings` object of a stack file. A key that is not listed here is an error."
    parts = ["# Settings", NOTICE.format(source="stacks/"), introduction]
    # settings.py composes the others, so it comes first.
    paths = sorted((root / "stacks").glob("*.py"), key=lambda path: (path.stem != "settings", path.stem))
    for model in (one for path in paths for one in described_classes(path)):
        if not MODELS.intersection(model.bases) or not model.fields:
            continue
        parts += [f"## {model.name}", model.text]
        given = tuple(field for field in model.fields if not field.derived)
        derived = tuple(field for field in model.fields if field.derived)
        if given:
            parts.append(_table(given))
        if derived:
            parts += ["Computed, never written:", _table(derived)]
    return _page(parts)


def _verbs(root: Path) -> str:
    parts = ["# Verbs", NOTICE.format(source="ops/"), "`./factory VERB --help` says more about each."]
    for verb in described_verbs(root):
        parts += [f"{'#' * (len(verb.words) + 1)} {' '.join(verb.words)}", verb.text]
    return _page(parts)


def _table(fields: tuple[Field, ...]) -> str:
    columns: dict[str, list[str]] = {
        "name": [f"`{field.name}`" for field in fields],
        "type": [f"`{_cell(field.kind)}`" for field in fields],
        "default": [f"`{_cell(field.default)}`" if field.default else "" for field in fields],
        "for example": [f"`{_cell(field.example)}`" if field.example else "" for field in fields],
        "meaning": [_cell(field.text) for field in fields],
    }
    filled = {title: cells for title, cells in columns.items() if any(cells)}
    rows = [list(filled), ["---"] * len(filled), *map(list, zip(*filled.values(), strict=True))]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _page(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"
