"""The resource type `factory:postgres:LoginRole`."""

from provider.input_faults import input_faults
from provider.postgres.login_role import (
    ATTRIBUTES,
    LoginRole,
    drop_login_role,
    is_password,
    make_login_role,
    read_login_role,
)
from provider.postgres.server import Server
from provider.resource_kind import Checked, Found
from provider.values import Properties

ANOTHER = "another password than the declared one"
"""Stands for the password of a role whose password somebody changed; the server does not tell it."""


class LoginRoleKind:
    """A role that logs in and makes roles; whatever it is a member of stays as it is."""

    names_it = ("name",)
    delete_first = False

    def __init__(self, server: Server) -> None:
        """Work on *server*."""
        self._server = server

    def identity(self, inputs: Properties) -> str:
        """Return the name of the role."""
        return str(inputs["name"])

    def check(self, inputs: Properties) -> Checked:
        """Add the attributes that the role is to have; PostgreSQL changes other letters than ASCII in a password."""
        given = {key: value for key, value in inputs.items() if key != "attributes"}
        faults = [*input_faults(given, {"name": str, "password": str})]
        password = given.get("password")
        if isinstance(password, str) and not (password.isascii() and password.isprintable()):
            faults.append(("password", "holds other than printable ASCII characters. Expected a generated password"))
        return Checked(inputs={**given, "attributes": ATTRIBUTES}, faults=faults)

    def make(self, inputs: Properties, _state: Properties) -> Properties:
        """Make the role exact."""
        name, password = str(inputs["name"]), str(inputs["password"])
        made = make_login_role(self._server, name, password=password)
        return {"name": name, "password": password, "attributes": made.attributes}

    def read(self, identity: str, inputs: Properties, _state: Properties) -> Found | None:
        """Read the role; its password is compared with the declared one, for it cannot be read."""
        found = read_login_role(self._server, identity)
        if found is None:
            return None
        outputs: Properties = {"name": identity, "password": _password(found, inputs), "attributes": found.attributes}
        return Found(inputs=outputs, outputs=outputs)

    def delete(self, identity: str) -> None:
        """Drop the role."""
        drop_login_role(self._server, identity)


def _password(found: LoginRole, inputs: Properties) -> str:
    declared = inputs.get("password")
    return declared if isinstance(declared, str) and is_password(declared, found.verifier) else ANOTHER
