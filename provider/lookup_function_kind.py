"""The resource type `factory:postgres:LookupFunction`."""

from provider.input_faults import input_faults
from provider.postgres.lookup_function import (
    DEFINITION,
    LookupFunction,
    drop_lookup_function,
    make_lookup_function,
    read_lookup_function,
)
from provider.postgres.server import Server
from provider.resource_kind import Checked, Found
from provider.values import Plain, Properties


class LookupFunctionKind:
    """The lookup function of one database; deleting it drops the function, which holds no data."""

    names_it = ("database",)
    delete_first = False

    def __init__(self, server: Server) -> None:
        """Work on *server*."""
        self._server = server

    def identity(self, inputs: Properties) -> str:
        """Return the name of the database."""
        return str(inputs["database"])

    def check(self, inputs: Properties) -> Checked:
        """Add the text and the owner that the function is to have, so that every difference from them shows."""
        # An import checks what was read, text and owner included: the wanted ones take their place.
        given = {key: value for key, value in inputs.items() if key not in {"definition", "owner"}}
        wanted = {"definition": DEFINITION, "owner": self._server.address.username}
        return Checked(inputs={**given, **wanted}, faults=[*input_faults(given, {"database": str, "executor": str})])

    def make(self, inputs: Properties, _state: Properties) -> Properties:
        """Make the function exact."""
        executor = str(inputs["executor"])
        made = make_lookup_function(self._server, str(inputs["database"]), executor=executor)
        return _outputs(made, database=str(inputs["database"]), executor=executor)

    def read(self, identity: str, inputs: Properties, _state: Properties) -> Found | None:
        """Read the function; who may call it is watched by the access list, and only asked for on an import."""
        found = read_lookup_function(self._server, identity)
        if found is None:
            return None
        alone = found.executors[0] if len(found.executors) == 1 else None
        outputs = _outputs(found, database=identity, executor=inputs.get("executor", alone))
        return Found(inputs=outputs, outputs=outputs)

    def delete(self, identity: str) -> None:
        """Drop the function."""
        drop_lookup_function(self._server, identity)


def _outputs(function: LookupFunction, *, database: str, executor: Plain) -> Properties:
    known = {"database": database, "definition": function.definition, "owner": function.owner}
    return known if executor is None else {**known, "executor": executor}
