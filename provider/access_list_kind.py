"""The resource type `factory:postgres:AccessList`."""

from collections.abc import Mapping

from provider.input_faults import input_faults
from provider.postgres.access_list import make_access_list, read_access_list
from provider.postgres.grants import Grants, grant_faults, grants_of
from provider.postgres.server import Server
from provider.resource_kind import Checked, Found
from provider.values import Plain, Properties, Unknown


class AccessListKind:
    """The exact access lists of one database; deleting it leaves the rights as they are."""

    names_it = ("database",)
    delete_first = False

    def __init__(self, server: Server) -> None:
        """Work on *server*."""
        self._server = server

    def identity(self, inputs: Properties) -> str:
        """Return the name of the database."""
        return str(inputs["database"])

    def check(self, inputs: Properties) -> Checked:
        """Refuse what is no complete list; sort the rights, for their order means nothing."""
        faults = [*input_faults(inputs, {"database": str, "grants": dict})]
        grants = inputs.get("grants")
        if faults or isinstance(grants, Unknown):
            return Checked(inputs=inputs, faults=faults)
        faults = [*grant_faults(grants)]
        return Checked(inputs=inputs if faults else {**inputs, "grants": _shown(_grants(grants))}, faults=faults)

    def make(self, inputs: Properties, _state: Properties) -> Properties:
        """Make the lists exact."""
        database = str(inputs["database"])
        return _outputs(make_access_list(self._server, database, _grants(inputs["grants"])), database=database)

    def read(self, identity: str, _inputs: Properties, _state: Properties) -> Found | None:
        """Read the lists, whatever was declared."""
        found = read_access_list(self._server, identity)
        outputs = None if found is None else _outputs(found, database=identity)
        return None if outputs is None else Found(inputs=outputs, outputs=outputs)

    def delete(self, identity: str) -> None:
        """Change nothing: to take rights away locks somebody out, to give the defaults back lets everybody in."""


def _outputs(grants: Grants, *, database: str) -> Properties:
    return {"database": database, "grants": _shown(grants)}


def _shown(grants: Grants) -> Plain:
    return {kind: {role: list(rights) for role, rights in held.items()} for kind, held in grants.items()}


def _grants(value: Plain) -> Grants:
    kinds = value if isinstance(value, Mapping) else {}
    return grants_of(
        (kind, role, str(right))
        for kind, held in kinds.items() if isinstance(held, Mapping)
        for role, rights in held.items() if isinstance(rights, list)
        for right in rights
    )  # fmt: skip
