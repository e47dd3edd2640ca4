"""The resource type `factory:google:HmacKey`."""

import time
from collections.abc import Iterator, Mapping, Sequence

from provider.declared_input import DeclaredInput
from provider.declared_kind import DeclaredKind
from provider.factory_error import FactoryError
from provider.google.api import GoogleApi
from provider.http.json_types import Object
from provider.http.make_anew import make_anew
from provider.values import Properties

ACTIVE, INACTIVE, DELETED = "ACTIVE", "INACTIVE", "DELETED"
SECRET = "secret"  # noqa: S105 - the name of a property
KEPT = ("access_id", SECRET, "created")


class HmacKeyKind(DeclaredKind):
    """The only key of a service account for the S3-compatible API.

    Google keeps no name for such a key, so all keys of the account count as ours: give each key an account of its own.
    The secret is told once; a key whose secret nobody knows is removed.
    """

    names_it = ("service_account",)
    # The old key works until the new one is there: they belong to different accounts.
    delete_first = False
    secret_names = (SECRET,)
    declared: Mapping[str, DeclaredInput] = {
        "service_account": DeclaredInput(
            kind=str,
            pattern=r"[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9-]+\.iam\.gserviceaccount\.com",
            example="backup@my-project.iam.gserviceaccount.com",
        ),
        "state": DeclaredInput(kind=str, default=ACTIVE, fixed=True),
        "keys": DeclaredInput(kind=float, default=1.0, fixed=True),
    }

    def __init__(self, api: GoogleApi) -> None:
        """Work with *api*."""
        self._api = api

    def make(self, inputs: Properties, state: Properties) -> Properties:
        """Keep the key of the last time where it still is, else make one; all others of the account are removed."""
        account = str(inputs["service_account"])
        ours = state.get("access_id")
        kept = self._key(account, str(ours)) if ours and state.get(SECRET) else None
        if kept is None:
            told = make_anew(
                lambda told: self._remove(account, but=_access_id(told)),
                lambda: self._create(account),
                waits=self._api.waits,
            )
            return _known(account, _metadata(told), secret=str(told[SECRET]))
        self._remove(account, but=str(ours))
        if kept["state"] != ACTIVE:
            self._set(account, str(ours), state=ACTIVE)
        return _known(account, {**kept, "state": ACTIVE}, secret=str(state[SECRET]))

    def found(self, named: Mapping[str, str], _inputs: Properties, state: Properties) -> Properties | None:
        """Read the key as it is; the secret is known from when it was made."""
        account = named["service_account"]
        if not state.get("access_id") or not state.get(SECRET):
            raise FactoryError(
                f"key of {account}: one that is there already cannot be taken over, for Google told its secret once. "
                "Declare it without an import: a new one is made, and the old one removed"
            )
        ours = self._key(account, str(state["access_id"]))
        if ours is None:
            return None
        known = _known(account, ours, secret=str(state[SECRET]))
        return {**known, "keys": float(sum(1 for _ in self._listed(account)))}

    def delete(self, identity: str) -> None:
        """Remove the key, and see that it is gone."""
        self._remove(identity, but=None)

    def stays(self, _state: Properties) -> Sequence[str]:
        """Return what a key keeps as long as it lives."""
        return KEPT

    def _create(self, account: str) -> Object:
        # An account that was just made is not known everywhere at once.
        for wait in (*self._api.waits, None):
            made = self._api.send("POST", _path(account), query={"serviceAccountEmail": account})
            if made is not None:
                return made
            if wait is not None:
                time.sleep(wait)
        raise FactoryError(f"service account {account}: not found. Expected it before its key is made")

    def _remove(self, account: str, *, but: str | None) -> None:
        """Remove all keys of *account* but one, and see that they are gone."""
        for key in [*self._listed(account)]:
            access_id = str(key["accessId"])
            if access_id == but:
                continue
            # Google deletes only what no longer works.
            if key["state"] == ACTIVE:
                self._set(account, access_id, state=INACTIVE)
            self._api.send("DELETE", f"{_path(account)}/{access_id}")
            if self._key(account, access_id) is not None:
                raise FactoryError(
                    f"key {access_id} of {account}: Google says that it is deleted, and still shows it. "
                    "Run the same again; it must be gone before anything is reported as done"
                )

    def _set(self, account: str, access_id: str, *, state: str) -> None:
        self._api.send("PUT", f"{_path(account)}/{access_id}", body={"state": state})

    def _key(self, account: str, access_id: str) -> Object | None:
        found = self._api.find(f"{_path(account)}/{access_id}")
        # What was deleted is shown for a while, as such.
        return None if found is None or found["state"] == DELETED else found

    def _listed(self, account: str) -> Iterator[Object]:
        return self._api.listed(_path(account), query={"serviceAccountEmail": account})


def _path(account: str) -> str:
    project = account.partition("@")[2].removesuffix(".iam.gserviceaccount.com")
    return f"/projects/{project}/hmacKeys"


def _metadata(told: Object) -> Object:
    metadata = told["metadata"]
    if not isinstance(metadata, Mapping):
        raise FactoryError("Google does not answer as expected: a key without metadata")
    return metadata


def _access_id(told: Object | None) -> str | None:
    return None if told is None else str(_metadata(told)["accessId"])


def _known(account: str, metadata: Object, *, secret: str) -> Properties:
    return {
        "service_account": account,
        "state": metadata["state"],
        "keys": 1.0,
        "access_id": metadata["accessId"],
        SECRET: secret,
        "created": metadata["timeCreated"],
    }
