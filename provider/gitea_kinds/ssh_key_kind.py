"""The resource type `factory:gitea:SshKey`."""

from collections.abc import Mapping

from provider.declared_input import DeclaredInput
from provider.gitea.place import quoted
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.gitea_kinds.names import NAME
from provider.http.json_types import Object
from provider.values import Properties


def without_comment(key: str) -> str:
    """Return type and content of a public key: what follows says nothing of the key."""
    return " ".join(key.split()[:2])


class SshKeyKind(GiteaKind):
    """A public SSH key by which a user reads and writes repositories."""

    names_it = ("username", "title")
    declared: Mapping[str, DeclaredInput] = {
        "username": NAME,
        "title": DeclaredInput(kind=str, longest=255),
        "key": DeclaredInput(
            kind=str,
            pattern=r"(ssh|ecdsa|sk)-[A-Za-z0-9@.-]+ [A-Za-z0-9+/=]+( [^\n]*)?\s*",
            example="ssh-ed25519 AAAA…, one line",
            normal=without_comment,
        ),
    }

    def make(self, inputs: Properties, _state: Properties) -> Properties:
        """Give the user the key; Gitea cannot change one, so another under the same title is taken away first."""
        user, title, key = str(inputs["username"]), str(inputs["title"]), str(inputs["key"])
        old = self._with_title(user, title)
        if old is not None and without_comment(str(old["key"])) != key:
            self._delete(user, old)
        self.api.make_once(
            lambda: self._with_title(user, title),
            lambda: self.api.send("POST", f"/admin/users/{quoted(user)}/keys", {"title": title, "key": key}),
        )
        return self.exact(self.found({"username": user, "title": title}, inputs, {}), inputs)

    def found(self, named: Mapping[str, str], _inputs: Properties, _state: Properties) -> Properties | None:
        """Read the key."""
        found = self._with_title(named["username"], named["title"])
        if found is None:
            return None
        return {**named, "key": without_comment(str(found["key"])), "fingerprint": found["fingerprint"]}

    def delete(self, identity: str) -> None:
        """Take the key from the user."""
        named = self.named(identity)
        found = self._with_title(named["username"], named["title"])
        if found is not None:
            self._delete(named["username"], found)

    def _with_title(self, user: str, title: str) -> Object | None:
        # Unique for a user: Gitea refuses a second one.
        path = f"/users/{quoted(user)}"
        keys = self.api.listed(f"{path}/keys", inside=path)
        return next((key for key in keys if key["title"] == title), None)

    def _delete(self, user: str, key: Object) -> None:
        self.api.delete(f"/admin/users/{quoted(user)}/keys/{key['id']}")
