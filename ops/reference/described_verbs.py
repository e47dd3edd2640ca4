"""What the verbs say about themselves."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.cli.verbs import find_verbs


@dataclass(frozen=True, kw_only=True)
class DescribedVerb:
    """One verb, or one verb of a group such as `state list`."""

    words: tuple[str, ...]
    """What is typed."""

    text: str
    """Its docstring, with an example; of a group the summary."""

    is_group: bool = False
    """Whether it only leads to other verbs."""


def described_verbs(root: Path) -> list[DescribedVerb]:
    """Return every verb of the checkout *root*, those of a group after it."""
    described = []
    for verb in find_verbs(root / "ops"):
        module = verb.module.rpartition(".")[2]
        tree = ast.parse((root / "ops" / f"{module}.py").read_text(), filename=f"ops/{module}.py")
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        own = next((function for function in functions if function.name == module), None)
        text = (own and ast.get_docstring(own)) or verb.summary
        described.append(DescribedVerb(words=(verb.name,), text=text, is_group=own is None))
        described += [
            DescribedVerb(words=(verb.name, name), text=ast.get_docstring(function) or "")
            for function in [*functions, *_from_elsewhere(root, tree)]
            if (name := _name_in_group(function))
        ]
    return described


def _from_elsewhere(root: Path, tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield each function of another module that `app.command()(function)` takes in, as if it stood here."""
    modules = {
        name.asname or name.name: each.module
        for each in tree.body
        if isinstance(each, ast.ImportFrom) and each.module
        for name in each.names
    }
    for each in tree.body:
        taken = each.value if isinstance(each, ast.Expr) else None
        match taken:
            case ast.Call(func=ast.Call() as decorator, args=[ast.Name(id=name)]):
                file = root / f"{modules[name].replace('.', '/')}.py"
                for node in ast.parse(file.read_text(), filename=str(file)).body:
                    if isinstance(node, ast.FunctionDef) and node.name == name:
                        node.decorator_list = [decorator]
                        yield node


def _name_in_group(function: ast.FunctionDef) -> str:
    """Return what `@app.command()` makes of a function's name; nothing without it."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "app.command":
            given = decorator.args[0] if decorator.args else None
            return str(given.value) if isinstance(given, ast.Constant) else function.name.replace("_", "-")
    return ""
