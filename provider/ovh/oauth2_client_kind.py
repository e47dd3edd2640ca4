"""The resource type `factory:ovh:OAuth2Client`."""

import time
from collections.abc import Iterator, Mapping, Sequence

from provider.declared_input import DeclaredInput
from provider.declared_kind import DeclaredKind
from provider.factory_error import FactoryError
from provider.http.json_types import Object
from provider.http.make_anew import make_anew
from provider.ovh.api import OvhApi
from provider.values import Properties

CLIENTS = "/me/api/oauth2/client"
FLOW = "CLIENT_CREDENTIALS"
SECRET = "client_secret"  # noqa: S105 - the name of a property
KEPT = ("client_id", "identity", SECRET)


class OAuth2ClientKind(DeclaredKind):
    """A client that logs in by itself, with rights that policies give it.

    OVH lets several have one name and tells the secret once; one of our name whose secret nobody knows is removed.
    """

    names_it = ("name",)
    # The old one works until the new one is there: they have different names.
    delete_first = False
    secret_names = (SECRET,)
    declared: Mapping[str, DeclaredInput] = {
        "name": DeclaredInput(kind=str, pattern=r"[A-Za-z0-9][A-Za-z0-9 ._-]*", example="cms-1", longest=255),
        "description": DeclaredInput(kind=str, longest=255),
        "flow": DeclaredInput(kind=str, default=FLOW, fixed=True),
        "callback_urls": DeclaredInput(kind=list, default=[], fixed=True),
        "copies": DeclaredInput(kind=float, default=1.0, fixed=True),
        "renamed": DeclaredInput(kind=bool, default=False, fixed=True),
    }

    def __init__(self, api: OvhApi) -> None:
        """Work with *api*."""
        self._api = api

    def make(self, inputs: Properties, state: Properties) -> Properties:
        """Keep the client of the last time where it still is, else make one; others of its name are removed."""
        name, ours = str(inputs["name"]), state.get("client_id")
        kept = self._api.find(f"{CLIENTS}/{ours}") if ours and state.get(SECRET) else None
        if kept is None or kept["flow"] != FLOW:
            told = make_anew(
                lambda told: self._remove(name, but=None if told is None else str(told["clientId"])),
                lambda: self._create(inputs),
                waits=self._api.waits,
            )
            identity, secret = str(told["clientId"]), str(told["clientSecret"])
        else:
            identity, secret = str(ours), str(state[SECRET])
            self._remove(name, but=identity)
            body: Object = {"name": name, "description": str(inputs["description"]), "callbackUrls": []}
            if any(kept[key] != value for key, value in body.items()):
                self._api.send("PUT", f"{CLIENTS}/{identity}", body)
        return _known(name, self._shown(identity), secret=secret)

    def found(self, named: Mapping[str, str], _inputs: Properties, state: Properties) -> Properties | None:
        """Read the client as it is; the secret is known from when it was made."""
        name = named["name"]
        if not state.get("client_id") or not state.get(SECRET):
            raise FactoryError(
                f"OAuth2 client {name}: one that is there already cannot be taken over, for OVH told its secret "
                "once. Declare it without an import: a new one is made, and the old one removed"
            )
        ours = self._api.find(f"{CLIENTS}/{state['client_id']}")
        if ours is None:
            return None
        others = sum(1 for client in self._named(name) if client["clientId"] != ours["clientId"])
        return {**_known(name, ours, secret=str(state[SECRET])), "copies": 1.0 + others}

    def delete(self, identity: str) -> None:
        """Remove the client, and see that it is gone."""
        self._remove(identity, but=None)

    def delete_known(self, identity: str, state: Properties) -> None:
        """Remove the client, also when somebody gave it another name."""
        ours = str(state.get("client_id", ""))
        if ours:
            self._gone(ours, called=identity)
        self.delete(identity)

    def stays(self, state: Properties) -> Sequence[str]:
        """Return what a client keeps as long as it lives; one that logs in otherwise is made anew."""
        return KEPT if state.get("flow") == FLOW else ()

    def _create(self, inputs: Properties) -> Object:
        body: Object = {
            "name": str(inputs["name"]), "description": str(inputs["description"]), "flow": FLOW, "callbackUrls": [],
        }  # fmt: skip
        return self._api.send("POST", CLIENTS, body)

    def _remove(self, name: str, *, but: str | None) -> None:
        """Remove all clients of *name* but one, and see that they are gone."""
        for client in [*self._named(name)]:
            if client["clientId"] != but:
                self._gone(str(client["clientId"]), called=name)

    def _gone(self, client_id: str, *, called: str) -> None:
        place = f"{CLIENTS}/{client_id}"
        self._api.delete(place)
        if self._api.find(place) is not None:
            raise FactoryError(
                f"OAuth2 client {called} ({client_id}): OVH says that it is deleted, and still shows it. "
                "Run the same again; it must be gone before anything is reported as done"
            )

    def _named(self, name: str) -> Iterator[Object]:
        for identity in self._api.ids(CLIENTS):
            client = self._api.find(f"{CLIENTS}/{identity}")
            # One may go between the list and the question.
            if client is not None and client["name"] == name:
                yield client

    def _shown(self, identity: str) -> Object:
        for wait in (*self._api.waits, None):
            found = self._api.find(f"{CLIENTS}/{identity}")
            if found is not None:
                return found
            if wait is not None:
                time.sleep(wait)
        raise FactoryError(f"OAuth2 client {identity}: OVH has made it, and does not show it. Run the same again")


def _known(name: str, client: Object, *, secret: str) -> Properties:
    # Another name does not make it another client: it is given its own back.
    return {
        "name": name,
        "renamed": client["name"] != name,
        "description": client["description"],
        "flow": client["flow"],
        "callback_urls": client["callbackUrls"],
        "copies": 1.0,
        "client_id": client["clientId"],
        "identity": client["identity"],
        SECRET: secret,
    }
