"""`vault:kv/secretV2:SecretV2`."""

import json
from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.resource_kind import Property
from rehearsal.standins.vault.kept_object import KeptObject
from rehearsal.standins.vault.secret import mapping
from rehearsal.standins.vault.vault_session import Answer


class SecretV2(KeptObject):
    """A secret of KV 2.

    As blind as the official one: neither a value that was changed by hand nor a deleted newest version is seen, only
    that all of it is gone.
    """

    token = "vault:kv/secretV2:SecretV2"  # noqa: S105 - the name of a type
    named = True
    place = "{mount}/data/{name}"
    properties: ClassVar[Mapping[str, Property]] = {
        "data": Property(type=dict, output=True, secret=True),
        "dataJson": Property(type=str, required=True, secret=True),
        "deleteAllVersions": Property(type=bool, default=False),
        "disableRead": Property(type=bool, default=False),
        "metadata": Property(type=dict, output=True),
        "mount": Property(type=str, required=True, replaces=True),
        "name": Property(type=str, required=True, replaces=True),
        "path": Property(type=str, output=True),
    }

    def sent(self, new: Properties, old: Properties) -> dict[str, Plain]:
        """Return the values below the key that KV 2 wants."""
        del old
        return {"data": mapping(str(new["dataJson"]))}

    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Ask whether there is such a secret, unless asking is switched off."""
        return (identity, state) if state.get("disableRead") else super().read(identity, state)

    def delete(self, identity: str, state: Properties) -> None:
        """Delete the newest version, or all of the secret where that was asked for."""
        mount, name = str(state.get("mount")), str(state.get("name"))
        self.vault.delete(f"{mount}/metadata/{name}" if state.get("deleteAllVersions") else identity)

    def _state(self, path: str, answer: Answer, known: Properties) -> Properties:
        told = answer.get("metadata")
        metadata: dict[str, Plain] = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in (told.items() if isinstance(told, dict) else ())
            if value is not None
        }
        recorded: Properties = {
            name: known[name] for name in ("dataJson", "deleteAllVersions", "disableRead") if name in known
        }
        return {**self._named_in(path), **recorded, "path": path, "data": {}, "metadata": metadata}
