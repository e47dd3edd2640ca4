"""The resource type `factory:gitea:User`."""

import secrets
from collections.abc import Mapping

from provider.declared_input import DeclaredInput
from provider.factory_error import FactoryError
from provider.gitea.place import quoted
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.gitea_kinds.names import NAME
from provider.http.json_types import Object
from provider.values import Plain, Properties

ANOTHER = "another password than the declared one"
"""Stands for a password that somebody changed; the server does not tell it."""


class UserKind(GiteaKind):
    """A user who is no administrator; deleting it fails while something belongs to it."""

    names_it = ("username",)
    declared: Mapping[str, DeclaredInput] = {
        "username": NAME,
        "email": DeclaredInput(kind=str, pattern=r"[^@\s]+@[^@\s]+", example="ci@example.org"),
        "full_name": DeclaredInput(kind=str, default="", longest=100),
        "visibility": DeclaredInput(kind=str, default="private", one_of=("public", "limited", "private")),
        "restricted": DeclaredInput(kind=bool, default=True),
        "password": DeclaredInput(kind=str, default=None, longest=255),
        "active": DeclaredInput(kind=bool, default=True, fixed=True),
        "admin": DeclaredInput(kind=bool, default=False, fixed=True),
        "prohibit_login": DeclaredInput(kind=bool, default=False, fixed=True),
    }

    def make(self, inputs: Properties, state: Properties) -> Properties:
        """Make the user exact; an administrator who is not ours already is never taken over."""
        name = str(inputs["username"])
        path = f"/users/{quoted(name)}"
        # Without a declared password nobody knows one: the user has keys or tokens.
        password = str(inputs.get("password") or secrets.token_urlsafe(32))
        new: Object = {
            "username": name,
            "email": _text(inputs["email"]),
            "password": password,
            "must_change_password": False,
            "restricted": True,
        }
        found = self.api.make_once(
            lambda: self.api.find(path), lambda: self.api.send("POST", "/admin/users", new, secrets=[password])
        )
        if found.get("is_admin") and not state:
            raise FactoryError(
                f"user {name}: there is one already, and it is an administrator. Expected a user who may be "
                "restricted; choose another name, or take that right away by hand first"
            )
        known = self._outputs(found, inputs)
        if any(known.get(key) != value for key, value in inputs.items()):
            self.api.send("PATCH", f"/admin{path}", self._edited(inputs), secrets=[password])
        return self.exact(self.found({"username": name}, inputs, state), inputs)

    def found(self, named: Mapping[str, str], inputs: Properties, _state: Properties) -> Properties | None:
        """Read the user; a declared password is tried, for it cannot be read."""
        found = self.api.find(f"/users/{quoted(named['username'])}")
        return None if found is None else self._outputs(found, {**inputs, **named})

    def delete(self, identity: str) -> None:
        """Delete the user."""
        self.api.delete(f"/admin/users/{quoted(identity)}")

    def delete_known(self, identity: str, state: Properties) -> None:
        """Delete the user that we made, whatever the name is now; without that one, the user of this name."""
        account = state.get("account")
        query = {"uid": str(account)}
        found = [] if account is None else [*self.api.listed("/users/search", inside="/user", query=query)]
        # A Gitea that was set up anew gives the same numbers to others, but not at the same second.
        ours = next((one for one in found if one["id"] == account and one["created"] == state.get("created")), None)
        self.delete(identity if ours is None else str(ours["login"]))

    def _outputs(self, found: Object, inputs: Properties) -> Properties:
        known: Properties = {
            "username": inputs["username"],
            "email": found["email"],
            "full_name": found["full_name"],
            "visibility": found["visibility"],
            "restricted": found["restricted"],
            "active": found["active"],
            "admin": found["is_admin"],
            "prohibit_login": found["prohibit_login"],
            "account": found["id"],
            "created": found["created"],
        }
        password = inputs.get("password")
        if not isinstance(password, str):
            return known
        # Who may not log in is not let in by any password; that difference shows by itself.
        tried = found["active"] is True and found["prohibit_login"] is False
        works = not tried or self.api.lets_in(str(inputs["username"]), password, path="/api/v1/user")
        return {**known, "password": password if works else ANOTHER}

    def _edited(self, inputs: Properties) -> Object:
        edited: Object = {
            # Both are required by the server, and mean a user of its own.
            "source_id": 0,
            "login_name": _text(inputs["username"]),
            **{
                name: _text(inputs[name])
                for name in ("email", "full_name", "visibility", "restricted", "active", "admin", "prohibit_login")
            },
        }
        password = inputs.get("password")
        return {**edited, "password": password, "must_change_password": False} if isinstance(password, str) else edited


def _text(value: Plain) -> str | bool:
    return value if isinstance(value, bool) else str(value)
