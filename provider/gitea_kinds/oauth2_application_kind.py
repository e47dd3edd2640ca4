"""The resource type `factory:gitea:OAuth2Application`."""

from collections.abc import Iterator, Mapping, Sequence

from provider.declared_input import DeclaredInput
from provider.factory_error import FactoryError
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.http.json_types import Object
from provider.values import Properties

APPLICATIONS = "/user/applications/oauth2"
INTROSPECTION = "/login/oauth/introspect"


class OAuth2ApplicationKind(GiteaKind):
    """A client that may ask Gitea who somebody is; it belongs to the user of the token.

    Gitea tells the client's secret once, and makes a new one at each change of the application.
    """

    names_it = ("name",)
    declared: Mapping[str, DeclaredInput] = {
        "name": DeclaredInput(kind=str, longest=255),
        "redirect_uris": DeclaredInput(kind=list),
        "confidential_client": DeclaredInput(kind=bool, default=True),
        "skip_secondary_authorization": DeclaredInput(kind=bool, default=False),
        "client_secret_works": DeclaredInput(kind=bool, default=True, fixed=True),
        "copies": DeclaredInput(kind=float, default=1, fixed=True),
    }

    def contradictions(self, inputs: Properties) -> Iterator[tuple[str, str]]:
        """Refuse a client to which no login could lead."""
        if not inputs["redirect_uris"]:
            yield "redirect_uris", "expected one at least, for example https://erp.example.org/callback"

    def make(self, inputs: Properties, _state: Properties) -> Properties:
        """Make the application, or change the one with this name; either way its secret is new."""
        name, body = str(inputs["name"]), _body(inputs)
        told: list[Object] = []
        found = self.api.make_once(
            lambda: self._only(name),
            lambda: told.append(self.api.send("POST", APPLICATIONS, body)),
        )
        # Also when the answer with the secret of a new one was lost: only a change tells a secret again.
        answer = told[0] if told else self.api.send("PATCH", f"{APPLICATIONS}/{found['id']}", body)
        secret = {"client_secret": answer["client_secret"], "client_id": answer["client_id"]}
        return self.exact(self.found({"name": name}, inputs, secret), inputs)

    def found(self, named: Mapping[str, str], _inputs: Properties, state: Properties) -> Properties | None:
        """Read the application; its secret is tried, for it cannot be read."""
        applications = self._with_name(named["name"])
        if not applications:
            return None
        ours = [one for one in applications if one["client_id"] == state.get("client_id")]
        found = (ours or applications)[0]
        uris, secret = found["redirect_uris"], state.get("client_secret")
        known: Properties = {
            "name": named["name"],
            "redirect_uris": sorted(str(uri) for uri in uris) if isinstance(uris, list) else [],
            "confidential_client": found["confidential_client"],
            "skip_secondary_authorization": found["skip_secondary_authorization"],
            "copies": len(applications),
            "client_id": found["client_id"],
        }
        if not isinstance(secret, str):
            return {**known, "client_secret_works": False}
        works = self.api.lets_in(str(found["client_id"]), secret, path=INTROSPECTION, form={"token": ""})
        return {**known, "client_secret": secret, "client_secret_works": works}

    def delete(self, identity: str) -> None:
        """Delete the application; what logs in by it no longer can."""
        found = self._only(identity)
        if found is not None:
            self.api.delete(f"{APPLICATIONS}/{found['id']}")

    def delete_known(self, identity: str, state: Properties) -> None:
        """Delete the application that we made, whatever it is called now; without it, the one of this name."""
        listed = self.api.listed(APPLICATIONS, inside="/user")
        ours = next((one for one in listed if one["client_id"] == state.get("client_id")), None)
        if ours is None:
            self.delete(identity)
        else:
            self.api.delete(f"{APPLICATIONS}/{ours['id']}")

    def stays(self, _state: Properties) -> Sequence[str]:
        """Return the id; each change brings another secret."""
        return ("client_id",)

    def _only(self, name: str) -> Object | None:
        found = self._with_name(name)
        if len(found) > 1:
            raise FactoryError(
                f"OAuth2 application {name}: there are {len(found)} with this name, made at "
                f"{', '.join(str(one['created']) for one in found)}. Expected one; delete those that nobody uses"
            )
        return found[0] if found else None

    def _with_name(self, name: str) -> Sequence[Object]:
        return [one for one in self.api.listed(APPLICATIONS, inside="/user") if one["name"] == name]


def _body(inputs: Properties) -> Object:
    uris = inputs["redirect_uris"]
    return {
        "name": str(inputs["name"]),
        "redirect_uris": [str(uri) for uri in uris] if isinstance(uris, Sequence) else [],
        "confidential_client": bool(inputs["confidential_client"]),
        "skip_secondary_authorization": bool(inputs["skip_secondary_authorization"]),
    }
