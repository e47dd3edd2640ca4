"""The resource type `factory:cloudflare:ApiToken`."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence

from provider.cloudflare.api import CloudflareApi
from provider.cloudflare.names import Names
from provider.cloudflare.rights import PARTS, declared_rights, policies
from provider.declared_input import DeclaredInput
from provider.declared_kind import DeclaredKind
from provider.factory_error import FactoryError
from provider.http.json_types import Object
from provider.http.make_anew import make_anew
from provider.values import Properties, Unknown

ACTIVE = "active"
LIST = DeclaredInput(kind=list, default=[])


class ApiTokenKind(DeclaredKind):
    """A token that belongs to an account, the only one of its name there.

    Its value is told once: a token of this name whose value is not known is removed, and another one made.
    """

    names_it = ("account_id", "name")
    secret_names = ("value",)
    server = "Cloudflare"
    declared: Mapping[str, DeclaredInput] = {
        "account_id": DeclaredInput(
            kind=str, pattern=r"[0-9a-f]{32}", example="32 hexadecimal digits, as in the address of the dashboard"
        ),
        "name": DeclaredInput(kind=str, longest=120),
        "account_permissions": LIST,
        "zone_permissions": LIST,
        "zones": LIST,
        "bucket_permissions": LIST,
        "buckets": LIST,
        "status": DeclaredInput(kind=str, default=ACTIVE, fixed=True),
        "expires_on": DeclaredInput(kind=str, default="", fixed=True),
        "not_before": DeclaredInput(kind=str, default="", fixed=True),
        "condition": DeclaredInput(kind=str, default="", fixed=True),
        "other_rights": DeclaredInput(kind=list, default=[], fixed=True),
        "value_works": DeclaredInput(kind=bool, default=True, fixed=True),
        "renamed_to": DeclaredInput(kind=str, default="", fixed=True),
        "copies": DeclaredInput(kind=float, default=1.0, fixed=True),
    }

    def __init__(self, api: CloudflareApi) -> None:
        """Work with *api*."""
        self._api = api
        self._names = Names(api)

    def contradictions(self, inputs: Properties) -> Iterator[tuple[str, str]]:
        """Refuse permissions on nothing, resources without permissions, and a token that may do nothing."""
        if not any(inputs[part.permissions] for part in PARTS):
            yield "account_permissions", f"expected a permission in one of {_listed(p.permissions for p in PARTS)}"
        for part in PARTS:
            if part.resources is None or isinstance(inputs[part.resources], Unknown):
                continue
            if inputs[part.permissions] and not inputs[part.resources]:
                yield part.resources, f"expected one at least for {part.permissions}"
            if inputs[part.resources] and not inputs[part.permissions]:
                yield part.permissions, f"expected one at least for {part.resources}"

    def make(self, inputs: Properties, state: Properties) -> Properties:
        """Keep the token whose value is known, with exactly these rights, or make one; no other of its name stays."""
        account, name = str(inputs["account_id"]), str(inputs["name"])
        body: Object = {"name": name, "policies": policies(inputs, self._names)}
        ours, value = str(state.get("token_id", "")), state.get("value")
        there = any(token["id"] == ours for token in self._called(account, name, ours))
        if there and isinstance(value, str) and self._is_of(ours, account, value):
            self._remove(account, name, but=ours)
            told = self._api.send("PUT", _path(account, ours), {**body, "status": ACTIVE})
        else:
            if there:
                # Whatever it is called now: nobody knows its value.
                self._api.delete(_path(account, ours))
            told = make_anew(
                lambda made: self._remove(account, name, but=None if made is None else str(made["id"])),
                lambda: self._api.send("POST", _path(account), body),
                waits=self._api.waits,
            )
            value = str(told["value"])
        return self.exact(self._known(inputs, told, value=str(value), works=True, copies=1), inputs)

    def found(self, named: Mapping[str, str], _inputs: Properties, state: Properties) -> Properties | None:
        """Read the token; its value is tried, for it cannot be read."""
        account, value = named["account_id"], state.get("value")
        tokens = self._called(account, named["name"], str(state.get("token_id", "")))
        if not tokens:
            return None
        ours = [token for token in tokens if token["id"] == state.get("token_id")]
        told = (ours or tokens)[0]
        works = isinstance(value, str) and self._is_of(str(told["id"]), account, value)
        known = value if isinstance(value, str) else None
        return self._known(named, told, value=known, works=works, copies=len(tokens))

    def delete(self, identity: str) -> None:
        """Remove the token, and see that it is gone."""
        self.delete_known(identity, {})

    def delete_known(self, identity: str, state: Properties) -> None:
        """Remove the token, also when somebody renamed it, and see that it is gone."""
        named, ours = self.named(identity), str(state.get("token_id", ""))
        account, name = named["account_id"], named["name"]
        removed = [*self._remove_each(account, name, but=None, ours=ours)]
        for wait in (*self._api.waits, None):
            left = [token for token in removed if self._api.find(_path(account, token)) is not None]
            if not left and not self._called(account, name, ours):
                return
            if wait is not None:
                time.sleep(wait)
        raise FactoryError(f"token {name}: Cloudflare says that it is removed, and still shows it. Run again")

    def stays(self, state: Properties) -> Sequence[str]:
        """Return what a token keeps whose value works; another one is made anew."""
        return ("token_id", "value") if state.get("value_works") is True else ()

    def _known(
        self, named: Properties | Mapping[str, str], told: Object, *, value: str | None, works: bool, copies: int
    ) -> Properties:
        account, name, condition = str(named["account_id"]), str(named["name"]), told.get("condition")
        known: Properties = {
            "account_id": account,
            "name": name,
            **declared_rights(account, told.get("policies"), self._names),
            "status": str(told.get("status", ACTIVE)),
            "expires_on": str(told.get("expires_on") or ""),
            "not_before": str(told.get("not_before") or ""),
            "condition": json.dumps(condition, sort_keys=True) if condition else "",
            "value_works": works,
            "renamed_to": "" if told["name"] == name else str(told["name"]),
            "copies": float(copies),
            "token_id": str(told["id"]),
        }
        return known if value is None else {**known, "value": value}

    def _is_of(self, token: str, account: str, value: str) -> bool:
        """Tell whether *value* is that of *token*: one that was renewed by hand is dead, though its token lives."""
        return self._api.id_of(value, _path(account, "verify")) == token

    def _called(self, account: str, name: str, ours: str = "") -> Sequence[Object]:
        """Return the tokens of this name, and ours, whatever somebody called it."""
        return [token for token in self._api.listed(_path(account)) if token["name"] == name or token["id"] == ours]

    def _remove(self, account: str, name: str, *, but: str | None) -> None:
        for _ in self._remove_each(account, name, but=but):
            pass

    def _remove_each(self, account: str, name: str, *, but: str | None, ours: str = "") -> Iterator[str]:
        for token in self._called(account, name, ours):
            if token["id"] != but:
                self._api.delete(_path(account, str(token["id"])))
                yield str(token["id"])


def _path(account: str, *rest: str) -> str:
    return "/".join([f"/accounts/{account}/tokens", *rest])


def _listed(names: Iterator[str]) -> str:
    return ", ".join(names)
