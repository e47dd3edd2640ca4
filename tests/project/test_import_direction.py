"""Imports point inwards."""

from pathlib import Path

import pytest

from ops.checks.import_direction import RESOURCES, import_direction

FOR_COMPONENTS = ", ".join(("components", *RESOURCES, "provider.guard"))
FOR_STACKS = f"{FOR_COMPONENTS}, hosts.versions, hosts.pin"


def write(root: Path, name: str, text: str) -> None:
    """Write one file of the project."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("__main__.py", "import stacks.postgres"),
        ("stacks/postgres.py", "from components.app_database import AppDatabase"),
        ("stacks/postgres.py", "from provider.guard import guard"),
        ("components/box.py", "from provider.resources.access_list import AccessList"),
        ("components/box.py", "from provider import guard"),
        ("components/box.py", "from provider.vault_resources.kv_secret import KvSecret"),
        ("provider/__main__.py", "from provider.server import serve"),
        ("hosts/base.py", "from pyinfra.api.deploy import deploy"),
        ("recovery/longhorn/merge.py", "import os\nfrom recovery.longhorn.replica import Replica"),
        ("engine/run.py", "import pulumi\nimport engine.state"),
        ("rehearsal/run.py", "import engine, provider.server, hosts.worker, ops.check"),
        ("tests/test_x.py", "import rehearsal.run"),
    ],
)
def test_inward_import_passes(tmp_path: Path, name: str, text: str) -> None:
    """What may import what."""
    write(tmp_path, name, text)

    assert import_direction(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("__main__.py", "import ops", "__main__ may import of ours only stacks, found ops"),
        (
            "components/box.py",
            "from stacks.settings import App",
            f"components may import of ours only {FOR_COMPONENTS}, found stacks.settings.App",
        ),
        (
            "stacks/postgres.py",
            "from provider.server import serve",
            f"stacks may import of ours only stacks, {FOR_STACKS}, found provider.server.serve",
        ),
        (
            "stacks/postgres.py",
            "from provider import guardian",
            f"stacks may import of ours only stacks, {FOR_STACKS}, found provider.guardian",
        ),
        (
            "components/box.py",
            "from provider.vault.session import VaultSession",
            f"components may import of ours only {FOR_COMPONENTS}, found provider.vault.session.VaultSession",
        ),
        ("provider/server.py", "from hosts import base", "provider may import of ours only provider, found hosts.base"),
        ("hosts/base.py", "import pulumi_random", "hosts must not know Pulumi, found an import of pulumi_random"),
        ("hosts/base.py", "import provider.guard", "hosts may import of ours only hosts, found provider.guard"),
        ("recovery/x.py", "import hosts.pin", "recovery may import of ours only recovery, found hosts.pin"),
        ("recovery/x.py", "import yaml", "recovery must do with the standard library, found an import of yaml"),
        ("engine/run.py", "def f():\n    import stacks", "engine may import of ours only engine, found stacks"),
    ],
)
def test_outward_import_is_named(tmp_path: Path, name: str, text: str, fault: str) -> None:
    """What may not, with file and line; an import inside a function counts too."""
    write(tmp_path, name, text)

    assert import_direction(tmp_path) == [f"{name}:{len(text.splitlines())}: {fault}"]


def test_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A syntax error is a finding, not a crash."""
    write(tmp_path, "stacks/postgres.py", "import")

    assert import_direction(tmp_path) == ["stacks/postgres.py:1: cannot be read: invalid syntax"]
