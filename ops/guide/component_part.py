"""Who uses a component."""

from pathlib import Path

from ops.guide.stack_part import component_files, declared_components


def component_part(root: Path, name: str) -> str:
    """Return what declares the component in `components/NAME.py`, and what it declares itself."""
    known = component_files(root)
    own = root / "components" / f"{name}.py"
    component = next((each for each, file in known.items() if file == own), "")
    if not component:
        raise SyntaxError(f"components/{name}.py: expected a component")
    users = [
        f"`{file.relative_to(root)}`"
        for folder in ("stacks", "components")
        for file in sorted((root / folder).glob("*.py"))
        if file != own and component in declared_components(file, known)
    ]
    parts = [f"`{known[each].relative_to(root)}`" for each in sorted(declared_components(own, known) - {component})]
    facts = {"Declared by": ", ".join(users), "Declares": ", ".join(parts)}
    reference = f"* **In and out**: [{component}](../reference/components.md#{component.lower()})"
    return "\n".join(["", *(f"* **{title}**: {text}" for title, text in facts.items() if text), reference, ""])
