"""The resource type `factory:gitea:Team`."""

from collections.abc import Iterator, Mapping, Sequence

from provider.declared_input import DeclaredInput
from provider.gitea.place import Place, quoted
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.gitea_kinds.names import DESCRIPTION, NAME
from provider.gitea_kinds.team_search import team_named
from provider.http.json_types import Object
from provider.values import Properties, Unknown

OWNERS = "owners"


class TeamKind(GiteaKind):
    """A team of an organisation: what its members may do in which repositories."""

    names_it = ("organization", "name")
    declared: Mapping[str, DeclaredInput] = {
        "organization": NAME,
        "name": NAME,
        "description": DESCRIPTION,
        "units": DeclaredInput(kind=dict, default={}, one_of=("read", "write")),
        "administers": DeclaredInput(kind=bool, default=False),
        "can_create_repositories": DeclaredInput(kind=bool, default=False),
        "all_repositories": DeclaredInput(kind=bool, default=False),
        "repositories": DeclaredInput(kind=list, default=[]),
    }

    def contradictions(self, inputs: Properties) -> Iterator[tuple[str, str]]:
        """Refuse what Gitea would change in silence."""
        if str(inputs["name"]).casefold() == OWNERS:
            yield "name", "the team of the owners is Gitea's own. Expected another name"
        units, administers = inputs["units"], inputs["administers"]
        known = not isinstance(units, Unknown) and not isinstance(administers, Unknown)
        if known and bool(units) == bool(administers):
            yield "units", 'expected what the team may do, for example {"repo.code": "read"}, or administers: true'
        if inputs["repositories"] and inputs["all_repositories"] is True:
            yield "repositories", "expected none together with all_repositories"

    def make(self, inputs: Properties, state: Properties) -> Properties:
        """Make the team, change it, and give it exactly its repositories."""
        organization, name = str(inputs["organization"]), str(inputs["name"])
        body = _body(inputs)
        found = self.api.make_once(
            lambda: team_named(self.api, organization, name),
            lambda: self.api.send("POST", f"{Place(organization).path}/teams", body),
        )
        known = self._outputs(found, organization, name)
        if any(known[key] != inputs[key] for key in known if key in inputs):
            found = self.api.send("PATCH", f"/teams/{found['id']}", body)
            known = self._outputs(found, organization, name)
        for repository in _texts(known["repositories"]) - _texts(inputs["repositories"]):
            self.api.delete(_repository(found, organization, repository))
        for repository in _texts(inputs["repositories"]) - _texts(known["repositories"]):
            self.api.send("PUT", _repository(found, organization, repository))
        return self.exact(self.found({"organization": organization, "name": name}, inputs, state), inputs)

    def found(self, named: Mapping[str, str], _inputs: Properties, _state: Properties) -> Properties | None:
        """Read the team."""
        found = team_named(self.api, named["organization"], named["name"])
        return None if found is None else self._outputs(found, named["organization"], named["name"])

    def delete(self, identity: str) -> None:
        """Delete the team; its members and repositories stay."""
        self.delete_known(identity, {})

    def delete_known(self, identity: str, state: Properties) -> None:
        """Delete the team of this name; without it, the one that we made, whatever it is called now."""
        named = self.named(identity)
        found = team_named(self.api, named["organization"], named["name"])
        if found is None and "team" in state:
            found = self._numbered(str(state["team"]), named["organization"])
        if found is not None:
            self.api.delete(f"/teams/{found['id']}")

    def _numbered(self, number: str, organization: str) -> Object | None:
        """Return the team with the *number*; a Gitea that was set up anew gives numbers to other organisations."""
        listed = self.api.listed(f"{Place(organization).path}/teams", inside=Place(organization).path)
        return next((team for team in listed if str(team["id"]) == number), None)

    def _outputs(self, found: Object, organization: str, name: str) -> Properties:
        administers, everywhere = found["permission"] != "none", found["includes_all_repositories"] is True
        units = found["units_map"]
        held = {} if administers or not isinstance(units, Mapping) else units
        path = f"/teams/{found['id']}"
        repositories = [] if everywhere else [*self.api.listed(f"{path}/repos", inside=path)]
        return {
            "organization": organization,
            "name": name,
            "description": found["description"],
            "units": {unit: access for unit, access in held.items() if access != "none"},
            "administers": administers,
            "can_create_repositories": found["can_create_org_repo"],
            "all_repositories": everywhere,
            "repositories": sorted(str(repository["name"]) for repository in repositories),
            "team": found["id"],
        }


def _body(inputs: Properties) -> Object:
    units = inputs["units"]
    return {
        "name": str(inputs["name"]),
        "description": str(inputs["description"]),
        # Anything but these two is taken for "none".
        "permission": "admin" if inputs["administers"] else "none",
        "units_map": {unit: str(access) for unit, access in units.items()} if isinstance(units, Mapping) else {},
        "includes_all_repositories": bool(inputs["all_repositories"]),
        "can_create_org_repo": bool(inputs["can_create_repositories"]),
    }


def _texts(value: object) -> set[str]:
    return {str(item) for item in value} if isinstance(value, Sequence) else set()


def _repository(team: Object, organization: str, repository: str) -> str:
    return f"/teams/{team['id']}/repos/{quoted(organization)}/{quoted(repository)}"
