"""What the program asks for: one registration, read from the wire."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Final

from pulumi.runtime.proto import alias_pb2, resource_pb2

from engine.values import Properties, from_struct

_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class UnsupportedError(Exception):
    """The program uses a feature that this engine leaves to the official one."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Alias:
    """Another name that the resource may have in the state; empty parts are those of the resource itself."""

    urn: str = ""
    name: str = ""
    type: str = ""
    stack: str = ""
    project: str = ""
    parent: str = ""
    no_parent: bool = False


@dataclasses.dataclass(kw_only=True)
class Goal:
    """The declaration of one resource."""

    type: str
    name: str
    custom: bool
    properties: Properties
    parent: str = ""
    provider: str = ""
    protect: bool | None = None
    retain_on_delete: bool | None = None
    deleted_with: str = ""
    replace_with: Sequence[str] = ()
    dependencies: Sequence[str] = ()
    property_dependencies: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)
    delete_before_replace: bool | None = None
    ignore_changes: Sequence[str] = ()
    replace_on_changes: Sequence[str] = ()
    additional_secret_outputs: Sequence[str] = ()
    aliases: Sequence[Alias] = ()
    import_id: str = ""
    custom_timeouts: Mapping[str, float] = dataclasses.field(default_factory=dict)


def from_request(request: resource_pb2.RegisterResourceRequest) -> Goal:
    """Return the goal of a registration.

    Raises:
        UnsupportedError: names the feature and the resource.
        UnsupportedValueError: a property is an asset or an archive.

    """
    refused = {
        "a component of another language": request.remote,
        "transforms": request.transforms,
        "resource hooks": request.hooks.ByteSize(),
        "a parameterized package": request.packageRef,
        "replacement_trigger": request.HasField("replacement_trigger"),
        "env_var_mappings": request.envVarMappings,
        "state migrations": request.state_migrations,
    }
    for feature, used in refused.items():
        if used:
            raise UnsupportedError(f"{request.type} {request.name} uses {feature}; run it with --engine pulumi")
    carried: dict[str, set[str]] = {}
    properties = from_struct(request.object, carried)
    return Goal(
        type=request.type,
        name=request.name,
        custom=request.custom,
        properties=properties,
        parent=request.parent,
        provider=request.provider,
        protect=request.protect if request.HasField("protect") else None,
        retain_on_delete=request.retainOnDelete if request.HasField("retainOnDelete") else None,
        deleted_with=request.deletedWith,
        replace_with=list(request.replace_with),
        dependencies=sorted(set(request.dependencies)),
        property_dependencies=_property_dependencies(request, properties, carried),
        delete_before_replace=(
            request.deleteBeforeReplace if request.deleteBeforeReplaceDefined or request.deleteBeforeReplace else None
        ),
        ignore_changes=list(request.ignoreChanges),
        replace_on_changes=list(request.replaceOnChanges),
        additional_secret_outputs=list(request.additionalSecretOutputs),
        aliases=[Alias(urn=urn) for urn in request.aliasURNs] + [_alias(item) for item in request.aliases],
        import_id=request.importId,
        custom_timeouts=_timeouts(request.customTimeouts),
    )


def _property_dependencies(
    request: resource_pb2.RegisterResourceRequest, properties: Properties, carried: Mapping[str, set[str]]
) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {key: set(item.urns) for key, item in request.propertyDependencies.items()}
    if not found:
        found = {key: set(request.dependencies) for key in properties}
    for key in properties:
        found.setdefault(key, set()).update(carried.get(key, ()))
    return {key: sorted(urns) for key, urns in found.items()}


def _alias(item: alias_pb2.Alias) -> Alias:
    if item.WhichOneof("alias") == "urn":
        return Alias(urn=item.urn)
    spec = item.spec
    return Alias(
        name=spec.name,
        type=spec.type,
        stack=spec.stack,
        project=spec.project,
        parent=spec.parentUrn,
        no_parent=spec.noParent,
    )


def _timeouts(given: resource_pb2.RegisterResourceRequest.CustomTimeouts) -> dict[str, float]:
    texts = {"create": given.create, "update": given.update, "delete": given.delete, "read": given.read}
    return {key: seconds(text) for key, text in texts.items() if text}


def seconds(text: str) -> float:
    """Return the length of a duration such as `1h30m` or `500ms`, in seconds.

    Raises:
        ValueError: it is no duration.

    """
    parts = re.findall(r"([0-9]+[.]?[0-9]*|[.][0-9]+)(ns|us|µs|ms|s|m|h)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"expected a duration such as 5m or 1h30m, found {text!r}")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
