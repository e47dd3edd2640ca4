"""Ways to change Vault by hand, to see that, and to put back what no resource puts back."""

from collections.abc import Mapping

import httpx
from pydantic import JsonValue

from rehearsal.checks.canary import EDITOR_PASSWORD
from rehearsal.checks.main.client_names import names_of
from rehearsal.checks.main.edge_drift import Change, Objects, Undo, filled
from rehearsal.checks.main.names import check_names
from rehearsal.checks.main.running_application import expect_database_user
from rehearsal.lab import expect
from rehearsal.main.edge import Edge
from stacks.app import App


def written(path: str, fields: Mapping[str, JsonValue], *, over: bool = True) -> Change:
    """Write *fields* to *path* in Vault, *over* those that are there."""

    def change(edge: Edge, app: App) -> None:
        place = filled(path, edge, app)
        with edge.as_root() as client:
            before = client.get(place).raise_for_status().json()["data"] if over else {}
            _expect_done(client.put(place, json={**before, **fields}))

    return change


def removed(path: str) -> Change:
    """Remove what is at *path* in Vault."""

    def change(edge: Edge, app: App) -> None:
        with edge.as_root() as client:
            _expect_done(client.delete(filled(path, edge, app)))

    return change


def connection(fields: Mapping[str, JsonValue]) -> Change:
    """Change the connection of a database; Vault wants everything again and tells the details apart."""

    def change(edge: Edge, app: App) -> None:
        place = f"postgres/config/{app.instance}"
        with edge.as_root() as client:
            data = client.get(place).raise_for_status().json()["data"]
            details = data.pop("connection_details")
            body = {"plugin_name": data["plugin_name"], "allowed_roles": data["allowed_roles"], **details}
            _expect_done(client.put(place, json={**body, "verify_connection": False, **fields}))

    return change


def connected_again(edge: Edge, app: App, before: Objects) -> None:
    """Write the connection as it was; Vault tells everything but the password."""
    place = f"postgres/config/{app.instance}"
    data = before[place]
    details = data.get("connection_details") if isinstance(data, dict) else None
    fields = details if isinstance(details, dict) else {}
    connection({**fields, "password": edge.lab.stack.secret_output(EDITOR_PASSWORD), "verify_connection": True})(
        edge, app
    )


def without(path: str) -> Undo:
    """Remove what was put at *path*."""
    return lambda edge, app, _before: removed(path)(edge, app)


def unlimited(edge: Edge, app: App, _before: Objects) -> None:
    """Give the engine its longest lifetime back."""
    written("sys/mounts/kvv2/tune", {"max_lease_ttl": "0"}, over=False)(edge, app)


def use_database(edge: Edge, app: App) -> None:
    """Look at the database by use."""
    expect_database_user(edge, names_of(app))


def look_at_names(edge: Edge, _app: App) -> None:
    """Look at all names."""
    check_names(edge)


def _expect_done(answer: httpx.Response) -> None:
    """Fail the running check when Vault did not let itself be changed: nothing would be shown."""
    asked = f"{answer.request.method} {answer.request.url.path}"
    expect(answer.is_success, f"expected Vault to take {asked}, it says {answer.status_code}: {answer.text}")
