"""Find a team by its name."""

from provider.gitea.api import GiteaApi
from provider.gitea.place import Place
from provider.http.json_types import Object


def team_named(api: GiteaApi, organization: str, name: str) -> Object | None:
    """Return the team *name* of *organization*, `None` when there is none."""
    inside = Place(organization).path
    # The search also finds names that only contain the text.
    found = api.listed(f"{inside}/teams/search", inside=inside, query={"q": name, "include_desc": "false"})
    return next((team for team in found if str(team["name"]).casefold() == name.casefold()), None)
