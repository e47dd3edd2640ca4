"""One engine for secrets, KV 1 or KV 2."""

import urllib.parse
from collections.abc import Mapping, Sequence

from provider.factory_error import FactoryError
from provider.http.json_types import Json, Object
from provider.vault.refusal import refusal, said
from provider.vault.session import ANY_REFUSAL, NOT_FOUND, VaultSession

KV1, KV2 = 1, 2


class KvEngine:
    """The engine at one path; which of the two it is, Vault says."""

    def __init__(self, session: VaultSession, mount: str) -> None:
        """Describe the engine; nothing is contacted yet."""
        self._session = session
        self._mount = mount

    def version(self) -> int | None:
        """Return 1 or 2, `None` when there is no such engine."""
        answer = self._session.answer("GET", f"sys/internal/ui/mounts/{self._mount}")
        if answer.status_code >= ANY_REFUSAL:
            # Vault says the same of an engine that is not there and of one that is not ours to see.
            tried = self._session.answer("GET", f"{self._mount}/x")
            if tried.status_code == NOT_FOUND and "no handler for route" in said(tried):
                return None
            raise refusal(answer, ())
        data = answer.json()["data"]
        if data["type"] != "kv":
            raise FactoryError(f"Vault's engine {self._mount} is of the type {data['type']}. Expected one of kv")
        return int((data.get("options") or {}).get("version", KV1))

    def values(self, path: str, *, version: int) -> Mapping[str, Json] | None:
        """Return the secret at *path*; `None` when there is none, or when its newest version was deleted."""
        if version == KV1:
            return self._session.find(self._at(path))
        found = self._session.find(self._at(path, "data"))
        values = None if found is None else found.get("data")
        return values if isinstance(values, Mapping) else None

    def write(self, path: str, values: Object, *, version: int, secrets: Sequence[str]) -> None:
        """Make the secret at *path* exactly *values*."""
        if version == KV1:
            self._session.send("PUT", self._at(path), values, secrets=secrets)
        # An equal version would say that something was changed.
        elif self.values(path, version=version) != values:
            self._session.send("PUT", self._at(path, "data"), {"data": values}, secrets=secrets)

    def delete(self, path: str, *, version: int) -> None:
        """Delete the secret at *path* with all its versions; fine when it is gone already."""
        self._session.delete(self._at(path) if version == KV1 else self._at(path, "metadata"))

    def _at(self, path: str, kind: str | None = None) -> str:
        parts = [self._mount, path] if kind is None else [self._mount, kind, path]
        return urllib.parse.quote("/".join(parts), safe="/")
