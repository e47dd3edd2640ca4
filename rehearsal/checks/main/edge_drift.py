"""One change of the edge by hand."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from rehearsal.main.edge import Edge
from stacks.app import App

Objects = Mapping[str, JsonValue]
Change = Callable[[Edge, App], None]
Undo = Callable[[Edge, App, Objects], None]


@dataclass(frozen=True, kw_only=True)
class EdgeDrift:
    """One change by hand."""

    name: str
    """What is done."""
    shown_by: str
    """Type of the resource that must show it."""
    resource: str
    """Its name in the program; the names of an application and of the settings are filled in, as in a path."""
    change: Change
    """Does it; the application is the one that this change is for."""
    path: tuple[str, ...] = ()
    """Words that the changed property's path must hold; none where the whole object is gone."""
    instead: str = ""
    """What sees it, where no resource does."""
    by_use: Callable[[Edge, App], None] | None = None
    """The check that sees it by use, where there is one."""
    says: str = ""
    """What that check then says."""
    undo: Undo | None = None
    """Puts back what no resource puts back."""

    @property
    def watched(self) -> bool:
        """Whether the resource must show it; where the official one is blind it must not, or our table is old."""
        return not self.instead

    @property
    def of_application(self) -> bool:
        """Whether there is one such object for each application."""
        return any(f"{{{name}}}" in self.resource for name in ("app", "name", "ops"))

    def resource_of(self, edge: Edge, app: App) -> str:
        """Return the name of the resource that is about *app*."""
        return filled(self.resource, edge, app)


def filled(text: str, edge: Edge, app: App) -> str:
    """Return *text* with the names of *app*, and those of the first object of each kind in the settings."""
    return text.format(app=app.instance, name=app.name, role=app.jwt_role, ops=app.ci_policy, **dict(_named(edge)))


def _named(edge: Edge) -> Iterator[tuple[str, str]]:
    settings = edge.settings
    yield "org", settings.org
    if settings.cloudflare:
        yield "state", settings.cloudflare.state_buckets[0].bucket
        yield "token", settings.cloudflare.tokens[0].name
    if settings.ovh:
        yield "client", settings.ovh.clients[0].name
    if settings.google:
        yield "backup", settings.google.backup_buckets[0].bucket
    if settings.module_reader:
        yield "reader", settings.module_reader.user
