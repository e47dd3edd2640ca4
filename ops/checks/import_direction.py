"""Check: imports point inwards."""

import ast
import sys
from pathlib import Path

from ops.checks.source_files import source_files

OURS = ("stacks", "components", "provider", "hosts", "recovery", "engine", "rehearsal", "ops", "tests", "bench")
RESOURCES = (
    "provider.resources",
    "provider.edge_provider",
    "provider.gitea_resources",
    "provider.vault_resources",
    "provider.cloudflare_resources",
    "provider.google_resources",
    "provider.ovh_resources",
)
"""What a program declares, as opposed to what serves it."""
ALLOWED: dict[str, tuple[str, ...]] = {
    "__main__": ("stacks",),
    "stacks": (
        "stacks",
        "components",
        *RESOURCES,
        "provider.guard",
        "hosts.versions",
        "hosts.pin",
    ),
    "components": ("components", *RESOURCES, "provider.guard"),
    "provider": ("provider",),
    "hosts": ("hosts",),
    "recovery": ("recovery",),
    "engine": ("engine",),
    "rehearsal": OURS,
    "ops": OURS,
    "tests": OURS,
    "bench": OURS,
}
WITHOUT_PULUMI = ("hosts",)
STANDARD_LIBRARY_ONLY = ("recovery",)


def import_direction(root: Path) -> list[str]:
    """Return each import that points outwards."""
    findings = []
    for path in source_files(root, suffix=".py"):
        name = path.relative_to(root)
        area = name.parts[0] if len(name.parts) > 1 else name.stem
        if area not in ALLOWED:
            continue
        try:
            tree = ast.parse(path.read_text())
        except SyntaxError as error:
            findings.append(f"{name}:{error.lineno}: cannot be read: {error.msg}")
            continue
        findings += [f"{name}:{line}: {fault}" for line, module in _imports(tree) if (fault := _fault(area, module))]
    return findings


def _imports(tree: ast.Module) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from provider import guard` names the module provider.guard.
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return sorted(found)


def _fault(area: str, module: str) -> str:
    top = module.partition(".")[0]
    if area in WITHOUT_PULUMI and top.startswith("pulumi"):
        return f"{area} must not know Pulumi, found an import of {module}"
    if area in STANDARD_LIBRARY_ONLY and top not in (*OURS, *sys.stdlib_module_names):
        return f"{area} must do with the standard library, found an import of {module}"
    if top not in OURS or any(f"{module}.".startswith(f"{allowed}.") for allowed in ALLOWED[area]):
        return ""
    return f"{area} may import of ours only {', '.join(ALLOWED[area])}, found {module}"
