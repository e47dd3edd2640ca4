"""`vault:index/authBackend:AuthBackend`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.resource_kind import Property, ResourceKind
from rehearsal.standins.vault.vault_session import VaultSession


class AuthBackend(ResourceKind):
    """A way to log in; moving it to another path and tuning it are not stood in for."""

    token = "vault:index/authBackend:AuthBackend"  # noqa: S105 - the name of a type
    named = False
    properties: ClassVar[Mapping[str, Property]] = {
        "accessor": Property(type=str, output=True),
        "description": Property(type=str),
        "local": Property(type=bool, replaces=True),
        "path": Property(type=str, computed=True),
        "type": Property(type=str, required=True, replaces=True),
    }

    def __init__(self, vault: VaultSession) -> None:
        """Work over *vault*."""
        self.vault = vault

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Enable it, at the path that is called like its type unless another one is given."""
        path = str(inputs.get("path") or inputs["type"])
        body: dict[str, Plain] = {
            "type": inputs["type"],
            "description": inputs.get("description", ""),
            "local": bool(inputs.get("local")),
        }
        self.vault.write(f"sys/auth/{path}", body)
        return path, self.found(path, inputs)

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Look for the path among all ways to log in."""
        del state
        listed = (self.vault.read("sys/auth") or {}).get(f"{identity.strip('/')}/")
        if not isinstance(listed, dict):
            return None
        told = {name: listed.get(name) for name in ("accessor", "description", "local", "type")}
        return identity, {"path": identity, **{name: value for name, value in told.items() if value is not None}}

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Change its description."""
        path = str(new.get("path") or identity)
        if path != identity:
            raise NotImplementedError(f"the stand-in for vault does not move a mount, found {identity} → {path}")
        if new.get("description") != old.get("description"):
            self.vault.write(f"sys/mounts/auth/{path}/tune", {"description": new.get("description", "")})
        return self.found(path, new)

    def delete(self, identity: str, state: Properties) -> None:
        """Disable it, and with it all its roles."""
        del state
        self.vault.delete(f"sys/auth/{identity}")

    def found(self, path: str, known: Properties) -> Properties:
        """Return the state of what is at *path*, where something must be."""
        found = self.read(path, known)
        if found is None:
            raise LookupError(f"expected a way to log in at {path} after it was enabled, found none")
        return found[1]
