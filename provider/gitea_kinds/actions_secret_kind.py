"""The resource type `factory:gitea:ActionsSecret`."""

from collections.abc import Mapping

from provider.declared_input import DeclaredInput
from provider.gitea.place import Place, quoted
from provider.gitea.secret_digest import secret_digest
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.gitea_kinds.names import ACTIONS_NAME, PLACE
from provider.http.json_types import Object
from provider.values import Properties

ANOTHER = "another value than the declared one"
"""Stands for the value of a secret that we did not write; the server does not tell it."""


class ActionsSecretKind(GiteaKind):
    """A secret of Actions. Gitea tells neither its value nor when that was changed, only when the secret was made."""

    names_it = ("place", "name")
    declared: Mapping[str, DeclaredInput] = {
        "place": PLACE,
        "name": ACTIONS_NAME,
        "value": DeclaredInput(kind=str, longest=65_536),
        "description": DeclaredInput(kind=str, default="", longest=4096),
    }

    def identity(self, inputs: Properties) -> str:
        """Return place and name; the name holds no slash."""
        return f"{inputs['place']}/{inputs['name']}"

    def named(self, identity: str) -> Mapping[str, str]:
        """Return place and name."""
        place, _, name = identity.rpartition("/")
        return {"place": Place.parse(place).text, "name": name}

    def make(self, inputs: Properties, _state: Properties) -> Properties:
        """Write the secret."""
        place, name, value = Place.parse(str(inputs["place"])), str(inputs["name"]), str(inputs["value"])
        body: Object = {"data": value, "description": str(inputs["description"])}
        self.api.send("PUT", f"{place.path}/actions/secrets/{quoted(name)}", body, secrets=[value])
        made = self._listed(place, name)
        known: Properties | None = None
        if made is not None:
            known = {
                "place": place.text,
                "name": name,
                "value": value,
                "description": made["description"],
                "created": made["created_at"],
                "digest": secret_digest(value),
            }
        return self.exact(known, inputs)

    def found(self, named: Mapping[str, str], inputs: Properties, state: Properties) -> Properties | None:
        """Read what can be read; a secret that was made at another time than ours has another value."""
        found = self._listed(Place.parse(named["place"]), named["name"])
        if found is None:
            return None
        ours = found["created_at"] == state.get("created")
        known: Properties = {**named, "description": found["description"], "created": found["created_at"]}
        kept: Properties = {name: state[name] for name in ("digest",) if ours and name in state}
        return {**known, **kept, "value": inputs["value"] if ours and "value" in inputs else ANOTHER}

    def delete(self, identity: str) -> None:
        """Delete the secret."""
        named = self.named(identity)
        self.api.delete(f"{Place.parse(named['place']).path}/actions/secrets/{quoted(named['name'])}")

    def _listed(self, place: Place, name: str) -> Object | None:
        listed = self.api.listed(f"{place.path}/actions/secrets", inside=place.path)
        return next((secret for secret in listed if secret["name"] == name), None)
