"""What a Compose file declares, checked, and each service labelled with a digest of its declaration."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping

import pydantic
import yaml

from hosts.facts.compose_containers import DECLARED

Value = pydantic.JsonValue

_PROJECT = re.compile(r"[a-z0-9][a-z0-9_-]*")
_TREE = pydantic.TypeAdapter(dict[str, Value])
_SHARED = ("networks", "volumes", "secrets", "configs")
"""What stands beside the services and is used by name."""


class ComposeFileError(ValueError):
    """A Compose file that cannot be used, with the path of the key."""


def labelled_compose_file(text: str, *, project: str) -> tuple[str, dict[str, str]]:
    """Return the file with one label more in each service, and service → the value of that label.

    Compose makes a container again when its service's declaration changed, and the label is part of it. Asking for the
    labels of the containers therefore tells what Compose would do, without starting Compose.
    """
    if not _PROJECT.fullmatch(project):
        raise ComposeFileError(f"project: expected lower case letters and digits, for example dns, found {project!r}")
    tree = _read(text)
    services = tree.get("services")
    if not isinstance(services, dict) or not services:
        raise ComposeFileError("services: expected at least one service, for example web: {image: …}")
    checked = {name: _checked(name, service) for name, service in services.items()}
    digests = {name: _digest(service, tree=tree) for name, service in checked.items()}
    for name, service in checked.items():
        labels = service.get("labels", {})
        if not isinstance(labels, dict):
            raise ComposeFileError(f"services.{name}.labels: expected key: value, found a list")
        service["labels"] = {**labels, DECLARED: digests[name]}
    return yaml.safe_dump({**tree, "services": checked}, sort_keys=False, allow_unicode=True, width=120), digests


def _read(text: str) -> dict[str, Value]:
    try:
        tree = _TREE.validate_python(yaml.safe_load(text))
    except (yaml.YAMLError, pydantic.ValidationError) as problem:
        raise ComposeFileError(f"expected a Compose file, for example `services: …`: {problem}") from problem
    if "name" in tree:
        raise ComposeFileError("name: expected none, it is the name of the project")
    return tree


def _checked(name: str, service: Value) -> dict[str, Value]:
    if not isinstance(service, dict):
        raise ComposeFileError(f"services.{name}: expected a service, for example image: …")
    if "image" not in service or "build" in service:
        raise ComposeFileError(f"services.{name}: expected an image, and nothing to build on the host")
    if "healthcheck" not in service:
        raise ComposeFileError(f"services.{name}.healthcheck: expected one: it decides whether the service came up")
    # Python's YAML reads `restart: no` as a boolean and `2222:22` as one number.
    if not isinstance(service.get("restart", ""), str):
        raise ComposeFileError(f'services.{name}.restart: expected a word in quotes, for example "no"')
    ports = service.get("ports", [])
    if not isinstance(ports, list) or any(isinstance(port, int) for port in ports):
        raise ComposeFileError(f'services.{name}.ports: expected texts in quotes, for example "2222:22"')
    return dict(service)


def _digest(service: Mapping[str, Value], *, tree: Mapping[str, Value]) -> str:
    """Digest the service with what it uses; what only others use does not make it again."""
    used: dict[str, Value] = {}
    for kind in _SHARED:
        shared = tree.get(kind)
        if isinstance(shared, dict):
            names = set(_names(service.get(kind), kind=kind))
            used[kind] = {name: value for name, value in shared.items() if name in names}
    return hashlib.sha256(json.dumps([service, used], sort_keys=True).encode()).hexdigest()[:16]


def _names(uses: Value, *, kind: str) -> Iterator[str]:
    if uses is None and kind == "networks":
        yield "default"
    elif isinstance(uses, dict):
        yield from uses
    elif isinstance(uses, list):
        for use in uses:
            if isinstance(use, str):
                yield use.partition(":")[0] if kind == "volumes" else use
            elif isinstance(use, dict):
                yield str(use.get("source"))
