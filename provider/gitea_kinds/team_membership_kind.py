"""The resource type `factory:gitea:TeamMembership`."""

from collections.abc import Mapping

from provider.declared_input import DeclaredInput
from provider.factory_error import FactoryError
from provider.gitea.place import quoted
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.gitea_kinds.names import NAME
from provider.gitea_kinds.team_search import team_named
from provider.values import Properties


class TeamMembershipKind(GiteaKind):
    """One user in one team."""

    names_it = ("organization", "team", "username")
    declared: Mapping[str, DeclaredInput] = {"organization": NAME, "team": NAME, "username": NAME}

    def make(self, inputs: Properties, state: Properties) -> Properties:
        """Take the user into the team; to be in it already is fine."""
        named = {name: str(inputs[name]) for name in self.names_it}
        path = self._path(named)
        if path is None:
            raise FactoryError(
                f"team {named['organization']}/{named['team']}: there is none. Expected an existing team"
            )
        self.api.send("PUT", path)
        return self.exact(self.found(named, inputs, state), inputs)

    def found(self, named: Mapping[str, str], _inputs: Properties, _state: Properties) -> Properties | None:
        """Read whether the user is in the team."""
        path = self._path(named)
        found = None if path is None else self.api.find(path, inside=path.rpartition("/members/")[0])
        return None if found is None else named

    def delete(self, identity: str) -> None:
        """Take the user out of the team; fine when one of them is gone."""
        path = self._path(self.named(identity))
        if path is not None:
            self.api.delete(path)

    def _path(self, named: Mapping[str, str]) -> str | None:
        team = team_named(self.api, named["organization"], named["team"])
        return None if team is None else f"/teams/{team['id']}/members/{quoted(named['username'])}"
