"""The file of the pins as text: what stands where, and another value in its place."""

import ast

from ops.pinning.published import Place

TABLE = "PINS"


def with_value(source: str, *, name: str, place: Place, value: str) -> str:
    """Return the text of `hosts/versions.py` with that value of a pin replaced, and nothing else.

    Raises:
        KeyError: there is no such place.

    """
    node: ast.expr = _table(source)
    for step in (name, *place):
        node = _child(node, step)
    lines = source.encode().splitlines(keepends=True)
    if node.end_lineno is None or node.end_col_offset is None:
        raise KeyError(place)
    before = b"".join(lines[: node.lineno - 1]) + lines[node.lineno - 1][: node.col_offset]
    after = lines[node.end_lineno - 1][node.end_col_offset :] + b"".join(lines[node.end_lineno :])
    return (before + f'"{value}"'.encode() + after).decode()


def _table(source: str) -> ast.expr:
    for statement in ast.parse(source).body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name == TABLE:
                return value
    raise KeyError(TABLE)


def _child(node: ast.expr, step: str) -> ast.expr:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == step:
                return value
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg == step:
                return keyword.value
    raise KeyError(step)
