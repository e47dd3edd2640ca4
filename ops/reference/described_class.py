"""What a class says about itself."""

import ast
import copy
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Constants = Mapping[str, ast.expr]

DERIVED = {"property", "computed_field", "cached_property"}


@dataclass(frozen=True, kw_only=True)
class Field:
    """One attribute of a class."""

    name: str
    """What is written in a file or in code."""

    kind: str
    """Its type, as the code writes it, without what `Annotated` adds."""

    example: str
    """How it is written, where the code gives an example."""

    default: str | None
    """Its default as the code writes it; nothing when a value must be given."""

    text: str
    """Its docstring."""

    derived: bool
    """Whether it is computed, so that nobody sets it."""


@dataclass(frozen=True, kw_only=True)
class DescribedClass:
    """One class with its attributes."""

    name: str
    """Name of the class."""

    bases: tuple[str, ...]
    """What it inherits from, as the code writes it."""

    text: str
    """Its docstring."""

    fields: tuple[Field, ...]
    """Its public attributes, in the order of the code."""


def described_classes(path: Path) -> list[DescribedClass]:
    """Return the public classes of a module; a file that cannot be read raises `SyntaxError`."""
    tree = ast.parse(path.read_text(), filename=str(path))
    constants = _constants(tree)
    return [
        DescribedClass(
            name=node.name,
            bases=tuple(ast.unparse(base) for base in node.bases),
            text=ast.get_docstring(node) or "",
            fields=tuple(_fields(node.body, constants)),
        )
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]


def _fields(body: list[ast.stmt], constants: Constants) -> list[Field]:
    fields = []
    for statement, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
            default = _default(statement.value, constants)
            field = Field(
                name=name,
                kind=ast.unparse(_Plain().visit(copy.deepcopy(statement.annotation))),
                example=_example(statement.annotation, constants),
                default=default,
                text=_docstring(following),
                derived=False,
            )
        elif isinstance(statement, ast.FunctionDef) and _is_derived(statement):
            name = statement.name
            kind = ast.unparse(statement.returns) if statement.returns else ""
            text = ast.get_docstring(statement) or ""
            field = Field(name=name, kind=kind, example="", default=None, text=text, derived=True)
        else:
            continue
        if not name.startswith("_") and name != "model_config":
            fields.append(field)
    return fields


def _default(value: ast.expr | None, constants: Constants) -> str | None:
    """Return a default as text; of a call such as `Field(default=…)` only the default itself is of interest."""
    if isinstance(value, ast.Call) and ast.unparse(value.func) in {"Field", "pydantic.Field", "field"}:
        keywords = {keyword.arg: keyword.value for keyword in value.keywords}
        if "default_factory" in keywords:
            return f"{ast.unparse(keywords['default_factory'])}()"
        value = value.args[0] if value.args else keywords.get("default")
    if value is None or ast.unparse(value) == "...":
        return None
    return ast.unparse(_resolved(value, constants))


class _Plain(ast.NodeTransformer):
    """Takes `Annotated[X, …]` back to X."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Replace the annotation by what it annotates."""
        self.generic_visit(node)
        if ast.unparse(node.value).rpartition(".")[2] == "Annotated" and isinstance(node.slice, ast.Tuple):
            return node.slice.elts[0]
        return node


def _example(annotation: ast.expr, constants: Constants) -> str:
    """Return the example that the outermost `Annotated` carries."""
    if not isinstance(annotation, ast.Subscript) or not isinstance(annotation.slice, ast.Tuple):
        return ""
    for part in annotation.slice.elts[1:]:
        call = _resolved(part, constants)
        if isinstance(call, ast.Call):
            for keyword in call.keywords:
                if keyword.arg == "example" and isinstance(keyword.value, ast.Constant):
                    return str(keyword.value.value)
    return ""


def _constants(tree: ast.Module) -> Constants:
    return {
        statement.targets[0].id: statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and isinstance(statement.value, ast.Constant | ast.Call)
    }


def _resolved(value: ast.expr, constants: Constants) -> ast.expr:
    """Return what a module's constant stands for."""
    return constants.get(value.id, value) if isinstance(value, ast.Name) else value


def _docstring(statement: ast.stmt | None) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        text = statement.value.value
        return inspect.cleandoc(text) if isinstance(text, str) else ""
    return ""


def _is_derived(function: ast.FunctionDef) -> bool:
    return any(
        ast.unparse(decorator).partition("(")[0].rpartition(".")[2] in DERIVED for decorator in function.decorator_list
    )
