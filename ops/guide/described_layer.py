"""What the file of a layer says of it."""

import ast
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path("hosts/layers")
CLUSTER = Path("hosts/cluster")


@dataclass(frozen=True, kw_only=True)
class DescribedLayer:
    """One layer."""

    name: str
    """As it stands in the order."""
    settings: str
    """Name of the model of its settings."""
    needs: tuple[str, ...]
    """Layers that come before."""
    given: tuple[str, ...]
    """Values that it is given."""
    gives: tuple[str, ...]
    """Values that it gives to others."""
    pins: tuple[str, ...]
    """Names of its pins."""
    holds_data: bool
    """Whether losing it loses data."""


def described_layer(root: Path, name: str) -> DescribedLayer:
    """Read `LAYER` of the file of the layer *name*, without importing it."""
    file = root / FOLDER / f"{name}.py"
    calls = [
        node.value
        for node in ast.parse(file.read_text(encoding="utf-8"), filename=str(file)).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LAYER" and isinstance(node.value, ast.Call)
    ]
    if not calls:
        raise SyntaxError(f"{file.relative_to(root)}: expected LAYER = …")
    told = {word.arg: word.value for word in calls[0].keywords}
    settings = told.get("settings")
    return DescribedLayer(
        name=name,
        settings=ast.unparse(settings) if settings else "",
        needs=_names(told.get("needs")),
        given=_names(told.get("given")),
        gives=_names(told.get("gives")),
        pins=_names(told.get("pins")),
        holds_data="holds_data" in told,
    )


def _names(value: ast.expr | None) -> tuple[str, ...]:
    """Return the texts of a tuple or the keys of a mapping; what stands elsewhere is named as the code names it."""
    if value is None:
        return ()
    if isinstance(value, ast.Tuple):
        return tuple(
            ast.literal_eval(each) if isinstance(each, ast.Constant) else ast.unparse(each) for each in value.elts
        )
    if isinstance(value, ast.Dict):
        return tuple(
            str(ast.literal_eval(key)) if isinstance(key, ast.Constant) else f"those of {ast.unparse(inner)}"
            for key, inner in zip(value.keys, value.values, strict=True)
        )
    return (f"those of {ast.unparse(value)}",)
