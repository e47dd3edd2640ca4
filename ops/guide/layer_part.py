"""The facts of one layer: what it needs, what it is told."""

from collections.abc import Iterator
from pathlib import Path

from ops.guide.described_layer import CLUSTER, FOLDER, described_layer
from ops.guide.layers_part import layer_order
from ops.reference.described_class import DescribedClass, described_classes

MODELS = {"Model", "BaseModel"}


def layer_part(root: Path, name: str) -> str:
    """Return the facts of the layer *name* as lines, and its settings as a table."""
    layer = described_layer(root, name)
    facts = {
        "In the order": "" if name in layer_order(root) else "not yet: no host has it",
        "Needs": _listed(layer.needs),
        "Is given": _listed(layer.given),
        "Gives": _listed(layer.gives),
        "Pins": _listed(layer.pins),
        "Holds data": "yes: protected, and kept when it is no longer declared" if layer.holds_data else "",
    }
    lines = [f"* **{title}**: {text}" for title, text in facts.items() if text]
    return "\n".join(["", *lines, "", *_settings(root, name), ""]).rstrip("\n") + "\n"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _settings(root: Path, name: str) -> Iterator[str]:
    """Yield a table for each model of the layer's own files; the stack computes all of these values."""
    files = [
        *(file for folder in (FOLDER, CLUSTER) for file in [root / folder / f"{name}.py"] if file.exists()),
        *(file for end in ("settings", "files") for file in [root / FOLDER / f"{name}_{end}.py"] if file.exists()),
    ]
    for model in (one for file in files for one in described_classes(file)):
        if MODELS.intersection(model.bases) and model.fields:
            yield from _table(model)


def _table(model: DescribedClass) -> Iterator[str]:
    yield from [f"`{model.name}`", "", "| setting | type | default | meaning |", "| --- | --- | --- | --- |"]
    for field in model.fields:
        default = f"`{_cell(field.default)}`" if field.default else ""
        yield f"| `{field.name}` | `{_cell(field.kind)}` | {default} | {_cell(field.text)} |"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
