"""`vault:index/mount:Mount`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.resource_kind import Property, ResourceKind
from rehearsal.standins.vault.vault_session import VaultSession

LEASES = {"defaultLeaseTtlSeconds": "default_lease_ttl", "maxLeaseTtlSeconds": "max_lease_ttl"}


class Mount(ResourceKind):
    """A secrets engine at a path; moving it to another path is not stood in for."""

    token = "vault:index/mount:Mount"  # noqa: S105 - the name of a type
    named = False
    properties: ClassVar[Mapping[str, Property]] = {
        "accessor": Property(type=str, output=True),
        "defaultLeaseTtlSeconds": Property(type=int, computed=True, minimum=0),
        "description": Property(type=str),
        "externalEntropyAccess": Property(type=bool, default=False, replaces=True),
        "listingVisibility": Property(type=str),
        "local": Property(type=bool, replaces=True),
        "maxLeaseTtlSeconds": Property(type=int, computed=True, minimum=0),
        "options": Property(type=dict),
        "path": Property(type=str, required=True),
        "sealWrap": Property(type=bool, computed=True, replaces=True),
        "type": Property(type=str, required=True, replaces=True),
    }

    def __init__(self, vault: VaultSession) -> None:
        """Work over *vault*."""
        self._vault = vault

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Mount the engine."""
        path = str(inputs["path"])
        body: dict[str, Plain] = {
            "type": inputs["type"],
            "description": inputs.get("description", ""),
            "options": inputs.get("options", {}),
            "local": bool(inputs.get("local")),
            "seal_wrap": bool(inputs.get("sealWrap")),
            "external_entropy_access": bool(inputs.get("externalEntropyAccess")),
            "config": _tuning(inputs),
        }
        self._vault.write(f"sys/mounts/{path}", body)
        return path, self._found(path, inputs)

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Look for the path among all mounts."""
        listed = (self._vault.read("sys/mounts") or {}).get(f"{identity.strip('/')}/")
        if not isinstance(listed, dict):
            return None
        config = listed.get("config")
        tuned = config if isinstance(config, dict) else {}
        now: Properties = {
            "accessor": listed.get("accessor"),
            "description": listed.get("description"),
            "externalEntropyAccess": listed.get("external_entropy_access"),
            "listingVisibility": tuned.get("listing_visibility"),
            "local": listed.get("local"),
            "options": listed.get("options"),
            "path": identity,
            "sealWrap": listed.get("seal_wrap"),
            "type": listed.get("type"),
            **{name: tuned.get(key) for name, key in LEASES.items()},
        }
        options = now["options"]
        # "kv-v2" is another name of "kv" with version 2; the server does not remember which was used.
        if state.get("type") == "kv-v2" and now["type"] == "kv" and isinstance(options, dict):
            now["type"] = "kv-v2"
            declared = state.get("options")
            if not (isinstance(declared, dict) and "version" in declared):
                now["options"] = {key: value for key, value in options.items() if key != "version"}
        return identity, {name: value for name, value in now.items() if value is not None}

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Tune the engine."""
        path = str(new["path"])
        if path != identity:
            raise NotImplementedError(f"the stand-in for vault does not move a mount, found {identity} → {path}")
        body: dict[str, Plain] = {"options": new.get("options", {}), **_tuning(new)}
        if new.get("description") != old.get("description"):
            body["description"] = new.get("description", "")
        self._vault.write(f"sys/mounts/{path}/tune", body)
        return self._found(path, new)

    def delete(self, identity: str, state: Properties) -> None:
        """Unmount the engine, and with it all that is in it."""
        del state
        self._vault.delete(f"sys/mounts/{identity}")

    def _found(self, path: str, known: Properties) -> Properties:
        found = self.read(path, known)
        if found is None:
            raise LookupError(f"expected an engine at {path} after it was mounted, found none")
        return found[1]


def _tuning(inputs: Properties) -> dict[str, Plain]:
    tuning: dict[str, Plain] = {key: f"{inputs.get(name, 0)}s" for name, key in LEASES.items()}
    if "listingVisibility" in inputs:
        tuning["listing_visibility"] = inputs["listingVisibility"]
    return tuning
