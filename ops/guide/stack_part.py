"""What a stack is made of, as a picture."""

import ast
from pathlib import Path

from ops.reference.described_class import described_classes

STACKS = Path("stacks")


def stack_part(root: Path, name: str) -> str:
    """Return the components that the stack *name* declares, and theirs, as a Mermaid diagram."""
    known = component_files(root)
    lines, seen = ["flowchart LR", f'    stack(["{name}"])'], set[str]()
    waiting = [("stack", file) for file in stack_files(root, name)]
    while waiting:
        user, file = waiting.pop(0)
        for component in sorted(declared_components(file, known)):
            if f"    {user} --> {component}" not in lines:
                lines.append(f"    {user} --> {component}")
            if component not in seen:
                seen.add(component)
                waiting.append((component, known[component]))
    return "\n".join(["", "```mermaid", *lines, "```", ""])


def component_files(root: Path) -> dict[str, Path]:
    """Return the file of each component by the component's name."""
    return {
        one.name: path
        for path in sorted((root / "components").glob("*.py"))
        for one in described_classes(path)
        if any("ComponentResource" in base for base in one.bases)
    }


def stack_files(root: Path, name: str) -> list[Path]:
    """Return the files of stacks/ that the stack *name* is declared in: its own and what that imports of stacks/."""
    own = root / STACKS / f"{name}.py"
    modules = [
        node.module or ""
        for node in ast.walk(ast.parse(own.read_text(encoding="utf-8"), filename=str(own)))
        if isinstance(node, ast.ImportFrom)
    ]
    files = [own, *(root / f"{module.replace('.', '/')}.py" for module in modules if module.startswith("stacks."))]
    return [file for file in files if file.exists()]


def declared_components(file: Path, known: dict[str, Path]) -> set[str]:
    """Return the components that the code of *file* makes."""
    tree = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    return {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known
    }
