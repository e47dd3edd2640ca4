"""The official provider plugins, which production works with."""

import importlib.metadata
import shutil
from pathlib import Path

from ops.machine.finding import Finding

FOLDER = Path("~/.pulumi/plugins")
PREFIX = "pulumi-"


def plugins(folder: Path = FOLDER) -> Finding:
    """Name each plugin that does not stand in *folder* with the version of its Python package, nor on PATH."""
    packages = {
        name.removeprefix(PREFIX): found.version
        for found in importlib.metadata.distributions()
        if (name := found.metadata["Name"].lower().replace("_", "-")).startswith(PREFIX)
    }
    absent = {
        name: version
        for name, version in sorted(packages.items())
        if not (folder.expanduser() / f"resource-{name}-v{version}" / f"pulumi-resource-{name}").exists()
        and shutil.which(f"pulumi-resource-{name}") is None
    }
    if not absent:
        return Finding(
            name="plugins", found=f"{len(packages)} with the versions of their packages", ok=True, needed=False
        )
    named = ", ".join(f"{name} {version}" for name, version in absent.items())
    return Finding(
        name="plugins", found=f"missing: {named}: production needs them; rehearsal and tests have stand-ins", ok=False,
        needed=False,
        fix="; ".join(f"pulumi plugin install resource {name} {version}" for name, version in absent.items()),
    )  # fmt: skip
