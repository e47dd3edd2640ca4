"""`vault:jwt/authBackend:AuthBackend`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.resource_kind import Property
from rehearsal.standins.vault.auth_backend import AuthBackend
from rehearsal.standins.vault.kept_object import vault_name

CONFIGURED: Mapping[str, Property] = {
    "boundIssuer": Property(type=str),
    "defaultRole": Property(type=str),
    "jwksCaPem": Property(type=str),
    "jwksUrl": Property(type=str),
    "jwtSupportedAlgs": Property(type=list),
    "jwtValidationPubkeys": Property(type=list),
    "namespaceInState": Property(type=bool, default=True),
    "oidcDiscoveryCaPem": Property(type=str),
    "oidcDiscoveryUrl": Property(type=str),
}
SOURCES = ("oidcDiscoveryUrl", "jwksUrl", "jwtValidationPubkeys")


class JwtAuthBackend(AuthBackend):
    """A login with signed tokens: the mount and what the tokens are checked against. OIDC logins are not stood in for.

    As blind as the official one: its description is not read.
    """

    token = "vault:jwt/authBackend:AuthBackend"  # noqa: S105 - the name of a type
    properties: ClassVar[Mapping[str, Property]] = {
        "accessor": Property(type=str, output=True),
        "description": Property(type=str),
        "local": Property(type=bool, default=False, replaces=True),
        "path": Property(type=str, default="jwt"),
        "type": Property(type=str, default="jwt", replaces=True),
        **CONFIGURED,
    }

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Enable it, then write its configuration."""
        if not any(inputs.get(source) for source in SOURCES):
            raise ValueError(
                "exactly one of oidc_discovery_url, jwks_url, jwks_pairs, or jwt_validation_pubkeys should be provided"
            )
        path = str(inputs["path"])
        body: dict[str, Plain] = {
            "type": inputs["type"],
            "description": inputs.get("description", ""),
            "local": bool(inputs.get("local")),
        }
        self.vault.write(f"sys/auth/{path}", body)
        self._configure(path, inputs, {})
        return path, self.found(path, inputs)

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Look for the mount and for its configuration."""
        mount = super().read(identity, state)
        config = self.vault.read(f"auth/{identity}/config") if mount else None
        if mount is None or config is None:
            return None
        told = {name: config.get(vault_name(name)) for name in CONFIGURED}
        blind = {"description": state.get("description")}
        merged = {**mount[1], **told, **blind}
        return identity, {name: value for name, value in merged.items() if value is not None}

    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Write its configuration anew."""
        if new.get("path") != identity:
            raise NotImplementedError(f"the stand-in for vault does not move a mount, found {identity} → {new['path']}")
        self._configure(identity, new, old)
        return self.found(identity, new)

    def _configure(self, path: str, new: Properties, old: Properties) -> None:
        body: dict[str, Plain] = {
            vault_name(name): new.get(name, declared.type())
            for name, declared in CONFIGURED.items()
            if name in new or old.get(name)
        }
        self.vault.write(f"auth/{path}/config", body)
