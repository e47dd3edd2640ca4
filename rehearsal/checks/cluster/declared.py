"""What a rehearsal declares of its machines, changed while it goes on."""

from collections.abc import Mapping
from typing import TypeAlias

import yaml
from pydantic import JsonValue

from rehearsal.hosts.bring_up import STACK, HostsLab
from rehearsal.stack_files import SETTINGS

Settings: TypeAlias = Mapping[str, JsonValue]


def declared(lab: HostsLab) -> Settings:
    """Return the settings of the stack file."""
    found = yaml.safe_load(_text(lab))["config"][SETTINGS]
    return found if isinstance(found, dict) else {}


def declare(lab: HostsLab, **changed: JsonValue) -> None:
    """Write the settings with some of them *changed*."""
    content = yaml.safe_load(_text(lab))
    content["config"][SETTINGS] = {**declared(lab), **changed}
    file = lab.stack.folder / f"Pulumi.{STACK}.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def _text(lab: HostsLab) -> str:
    return (lab.stack.folder / f"Pulumi.{STACK}.yaml").read_text(encoding="utf-8")
