"""Check: the stack files can be read, and say the same where two speak of the same thing."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import yaml

from stacks.faults import RefusedSettingsError
from stacks.hosts_settings import read_hosts_settings
from stacks.main_settings import MainSettings, read_main_settings
from stacks.settings import PostgresSettings, read_postgres_settings

Settings = TypeVar("Settings")


def stack_files(root: Path) -> list[str]:
    """Return what is wrong in the stack files of *root*; a file that is not there is no fault."""
    findings: list[str] = []
    main = _read(root, "main", read_main_settings, findings)
    postgres = _read(root, "postgres", read_postgres_settings, findings)
    _read(root, "hosts", read_hosts_settings, findings)
    if main and postgres:
        findings += _disagreements(main, postgres)
    return findings


def _read(root: Path, stack: str, read: Callable[[str | None], Settings], findings: list[str]) -> Settings | None:
    file = root / f"Pulumi.{stack}.yaml"
    if not file.exists():
        return None
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    try:
        return read(json.dumps(content["config"]["factory:settings"]))
    except RefusedSettingsError as refusal:
        findings += [f"{file.name}: {fault}" for fault in refusal.faults]
        return None


def _disagreements(main: MainSettings, postgres: PostgresSettings) -> Iterator[str]:
    wanted = {app.instance: app for app in postgres.apps}
    found = {app.instance: app for app in main.apps if app.instance not in main.without_database}
    for instance in sorted(wanted.keys() ^ found.keys()):
        there, lacking = ("postgres", "main") if instance in wanted else ("main", "postgres")
        yield (
            f"Pulumi.{lacking}.yaml: lacks the application {instance} of Pulumi.{there}.yaml. "
            "Expected it in both, or `database: false` beside it in Pulumi.main.yaml"
        )
    for instance in sorted(wanted.keys() & found.keys()):
        if wanted[instance] != found[instance]:
            yield f"Pulumi.main.yaml: {instance} has another org or domain than in Pulumi.postgres.yaml"
    for key in ("host", "port", "sslmode"):
        if getattr(main.database, key) != getattr(postgres.server, key):
            yield f"Pulumi.main.yaml: settings.database.{key} is another one than settings.server.{key} of postgres"
