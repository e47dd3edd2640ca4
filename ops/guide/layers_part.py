"""The order of the layers as a picture."""

import ast
from collections.abc import Iterator
from pathlib import Path

from ops.guide.described_layer import described_layer
from ops.guide.page_header import layer_group

ORDER = Path("hosts/layers/order.py")


def layers_part(root: Path, name: str) -> str:
    """Return the layers in their groups, each after what it needs, as a Mermaid diagram."""
    del name
    order = layer_order(root)
    groups: dict[str, list[str]] = {}
    for layer in order:
        groups.setdefault(layer_group(root, layer) or "without a page", []).append(layer)
    lines = ["flowchart LR"]
    for number, (group, layers) in enumerate(groups.items()):
        lines.append(f'    subgraph g{number}["{group}"]')
        lines += [f'        l_{layer}["{layer}"]' for layer in layers]
        lines.append("    end")
    for layer in order:
        lines += [f"    l_{need} --> l_{layer}" for need in described_layer(root, layer).needs if need in order]
    return "\n".join(["", "```mermaid", *lines, "```", ""])


def layer_order(root: Path) -> list[str]:
    """Return the names of the layers in the order in which a host is given them."""
    return [*_listed(root / ORDER, "LAYERS")]


def _listed(file: Path, name: str) -> Iterator[str]:
    """Yield the modules of a tuple of layers; `*THINGS` is the tuple of that name in the file `things.py` beside."""
    for node in ast.parse(file.read_text(encoding="utf-8"), filename=str(file)).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name and isinstance(node.value, ast.Tuple):
            for each in node.value.elts:
                if isinstance(each, ast.Starred):
                    inner = ast.unparse(each.value)
                    yield from _listed(file.with_name(f"{inner.lower()}.py"), inner)
                else:
                    yield ast.unparse(each).partition(".")[0]
            return
    raise SyntaxError(f"{file.name}: expected {name} = (…)")
