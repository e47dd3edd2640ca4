"""`vault:database/secretBackendConnection:SecretBackendConnection`, for PostgreSQL alone."""

import re
from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.resource_kind import Property
from rehearsal.standins.vault.kept_object import KeptObject, vault_name
from rehearsal.standins.vault.vault_session import Answer

DETAILS: Mapping[str, Plain] = {
    "connectionUrl": "",
    "disableEscaping": False,
    "maxConnectionLifetime": 0,
    "maxIdleConnections": 0,
    "maxOpenConnections": 2,
    "password": "",
    "passwordAuthentication": "password",
    "tlsCa": "",
    "username": "",
    "usernameTemplate": "",
}
"""What a `postgresql` block may have, and what it is when the program leaves it out."""
UNTOLD = ("connectionUrl", "password")
_DURATION = re.compile(r"(\d+)(h|m|s)")
_SECONDS = {"h": 3600, "m": 60, "s": 1}


class DatabaseConnection(KeptObject):
    """How Vault logs in to a server.

    As blind as the official one: a password and a connection URL that were changed by hand are not seen. An update
    sends the URL again, and the password only when it is another one.
    """

    token = "vault:database/secretBackendConnection:SecretBackendConnection"  # noqa: S105 - the name of a type
    named = True
    place = "{backend}/config/{name}"
    properties: ClassVar[Mapping[str, Property]] = {
        "allowedRoles": Property(type=list),
        "backend": Property(type=str, required=True, replaces=True),
        "name": Property(type=str, required=True, replaces=True),
        "passwordPolicy": Property(type=str),
        "pluginName": Property(type=str, computed=True),
        "postgresql": Property(type=dict, required=True, secret=True),
        "rootRotationStatements": Property(type=list),
        "verifyConnection": Property(type=bool, default=True),
    }
    untold = frozenset({"verifyConnection"})

    def sent(self, new: Properties, old: Properties) -> dict[str, Plain]:
        """Return the block's values beside the others, as Vault wants them."""
        block, before = _block(new), _block(old)
        unknown = sorted(block.keys() - DETAILS.keys())
        if unknown:
            raise ValueError(f"the stand-in for vault does not know {self.token}.postgresql.{unknown[0]}")
        body = {**super().sent(new, old), "plugin_name": str(new.get("pluginName") or "postgresql-database-plugin")}
        del body["postgresql"]
        if isinstance(body.get("allowed_roles"), list):
            body["allowed_roles"] = ",".join(map(str, _listed(body["allowed_roles"])))
        for name, default in DETAILS.items():
            value = block.get(name, default)
            if name == "password" and before and value == before.get(name):
                continue
            if name in block or before.get(name):
                body[vault_name(name)] = f"{value}s" if name == "maxConnectionLifetime" else value
        return body

    def _state(self, path: str, answer: Answer, known: Properties) -> Properties:
        told = answer.get("connection_details")
        details = told if isinstance(told, dict) else {}
        before = _block(known)
        block: dict[str, Plain] = {}
        for name, default in DETAILS.items():
            value = details.get(vault_name(name))
            if name in UNTOLD:
                value = before.get(name) or value
            elif name == "maxConnectionLifetime":
                value = _seconds(value)
            # A value that nobody declared and that is what it would be anyway is no difference.
            if name in before or (value and value != default):
                block[name] = value
        unusual = {**answer, "postgresql": block, "root_rotation_statements": None}
        unusual["root_rotation_statements"] = answer.get("root_credentials_rotate_statements")
        return super()._state(path, unusual, known)


def _block(values: Properties) -> dict[str, Plain]:
    block = values.get("postgresql")
    return block if isinstance(block, dict) else {}


def _listed(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else []


def _seconds(value: Plain) -> int:
    return sum(int(number) * _SECONDS[unit] for number, unit in _DURATION.findall(str(value or "")))
