"""Resolves the requirement files from pyproject.toml."""

import os
import subprocess
import sys
from pathlib import Path

from ops.lockfile.declared import read_declared
from ops.lockfile.header import with_header

PROGRAM = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"


class ResolveError(Exception):
    """The packages cannot be resolved; the text is what the resolver said."""


def resolve(root: Path, *, upgrade: bool) -> list[str]:
    """Write both files and return the names of those that changed; *upgrade* also moves what pyproject leaves open."""
    declared = read_declared(root).digest
    upgrades = ["--upgrade"] if upgrade else []
    program = ["pyproject.toml"]
    development = ["--group", "pyproject.toml:dev", "--constraints", PROGRAM]
    changed = []
    for name, sources in ((PROGRAM, program), (DEVELOPMENT, development)):
        target = root / name
        before = target.read_text() if target.exists() else ""
        try:
            _compile(root, [*sources, *upgrades, "--output-file", name])
        except ResolveError:
            target.write_text(before)
            raise
        after = with_header(target.read_text(), declared=declared)
        target.write_text(after)
        if after != before:
            changed.append(name)
    return changed


def _compile(root: Path, arguments: list[str]) -> None:
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--no-header",
        "--universal",
        "--generate-hashes",
    ]
    # Where a package comes from is the machine's business: nothing of it may enter the files.
    command += ["--no-config", "--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.11", *arguments]
    done = subprocess.run(command, cwd=root, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise ResolveError(done.stderr.strip())


def _environment() -> dict[str, str]:
    """Give uv the index and the certificates that pip is configured with; an own UV_* variable wins."""
    listing = [sys.executable, "-m", "pip", "config", "list"]
    lines = subprocess.run(listing, capture_output=True, text=True, check=False).stdout.splitlines()
    configured = {}
    for section in ("global.", "install.", ":env:."):  # the order in which pip lets one win over the other
        for line in lines:
            key, _, value = line.partition("=")
            if key.startswith(section):
                configured[key.removeprefix(section)] = " ".join(value.strip("'").replace("\\n", " ").split())
    names = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "cert": "SSL_CERT_FILE"}
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "factory" / "uv"
    found = {variable: configured[name] for name, variable in names.items() if name in configured}
    return {"UV_CACHE_DIR": str(cache), **found, **os.environ}
