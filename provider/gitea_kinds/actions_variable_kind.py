"""The resource type `factory:gitea:ActionsVariable`."""

from collections.abc import Mapping

from provider.declared_input import DeclaredInput
from provider.gitea.place import Place, quoted
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.gitea_kinds.names import ACTIONS_NAME, PLACE
from provider.http.json_types import Object
from provider.values import Properties


class ActionsVariableKind(GiteaKind):
    """A variable of Actions, which everybody may read who may read the repository."""

    names_it = ("place", "name")
    declared: Mapping[str, DeclaredInput] = {
        "place": PLACE,
        "name": ACTIONS_NAME,
        "value": DeclaredInput(kind=str, longest=65_536, normal=lambda text: text.replace("\r\n", "\n")),
        "description": DeclaredInput(kind=str, default="", longest=4096),
    }

    def named(self, identity: str) -> Mapping[str, str]:
        """Return place and name; the name holds no slash."""
        place, _, name = identity.rpartition("/")
        return {"place": Place.parse(place).text, "name": name}

    def make(self, inputs: Properties, state: Properties) -> Properties:
        """Make the variable, or change it."""
        named = {"place": str(inputs["place"]), "name": str(inputs["name"])}
        path = _path(named)
        body: Object = {"value": str(inputs["value"]), "description": str(inputs["description"])}
        self.api.make_once(lambda: self.api.find(path), lambda: self.api.send("POST", path, body))
        made = self.found(named, inputs, state)
        if made is not None and any(made[name] != inputs[name] for name in ("value", "description")):
            self.api.send("PUT", path, body)
            made = self.found(named, inputs, state)
        return self.exact(made, inputs)

    def found(self, named: Mapping[str, str], _inputs: Properties, _state: Properties) -> Properties | None:
        """Read the variable."""
        found = self.api.find(_path(named), inside=Place.parse(named["place"]).path)
        return None if found is None else {**named, "value": found["data"], "description": found["description"]}

    def delete(self, identity: str) -> None:
        """Delete the variable."""
        self.api.delete(_path(self.named(identity)))


def _path(named: Mapping[str, str]) -> str:
    return f"{Place.parse(named['place']).path}/actions/variables/{quoted(named['name'])}"
