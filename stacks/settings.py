"""What the file of the stack `postgres` may say."""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from stacks.app import (
    DOMAIN,
    DOMAIN_PATTERN,
    ORGANISATION,
    ORGANISATION_PATTERN,
    App,
    Application,
    Domain,
    Organisation,
    app_of,
)
from stacks.faults import RefusedSettingsError, fault_lines
from stacks.model import Expect, Model
from stacks.names import Claim, app_claims, name_faults, role_claim

ROOT = "settings"

Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:][A-Za-z0-9.:-]*$")]
LOGIN_ROLE_PATTERN = r"^[a-z_][a-z0-9_-]{0,62}$"
LoginRole = Annotated[str, StringConstraints(pattern=LOGIN_ROLE_PATTERN)]
Port = Annotated[int, Field(ge=1, le=65535)]
SslMode = Literal["disable", "require", "verify-ca", "verify-full"]

A_ROLE = "a role name of at most 63 lower-case letters, digits, _ and -"


class Server(Model):
    """The PostgreSQL server, as it is reached."""

    host: Annotated[Host, Expect(sentence="one host name or address", example="host: 192.168.1.202")]
    """Address of the connection pooler in front of the server."""
    port: Annotated[Port, Expect(sentence="a port from 1 to 65535", example="port: 6432")]
    """Port of the connection pooler."""
    username: Annotated[LoginRole, Expect(sentence=A_ROLE, example="username: postgres")]
    """Superuser that the stack runs as; its password comes from PGPASSWORD."""
    sslmode: Annotated[
        SslMode, Expect(sentence="disable, require, verify-ca or verify-full", example="sslmode: require")
    ]
    """How the connection is encrypted; the password of `credentials_editor` travels in it."""


class PostgresSettings(Model):
    """The settings of the stack `postgres`."""

    org: Annotated[Organisation, ORGANISATION]
    """Organisation of the repositories."""
    domain: Annotated[Domain, DOMAIN]
    """Domain that the lab serves its applications under."""
    server: Annotated[
        Server, Expect(sentence="a mapping of host, port, username and sslmode", example="server: {host: …}")
    ]
    """The PostgreSQL server."""
    pgbouncer_user: Annotated[LoginRole, Expect(sentence=A_ROLE, example="pgbouncer_user: pooler")]
    """Role as which PgBouncer looks users up; made where PgBouncer is set up."""
    applications: Annotated[
        tuple[Annotated[Application, Expect(sentence="a mapping with a name", example="name: webapp")], ...],
        Expect(sentence="a list of applications", example="applications: [{name: webapp}]"),
        Field(min_length=1),
    ]
    """The applications that get a database each."""

    @functools.cached_property
    def apps(self) -> tuple[App, ...]:
        """The applications with every name they have."""
        return tuple(app_of(application, org=self.org, domain=self.domain) for application in self.applications)

    @property
    def addresses(self) -> Mapping[str, str]:
        """Every address that a run with these settings contacts, by the place that names it."""
        return {f"{ROOT}.server.host": self.server.host}

    @model_validator(mode="after")
    def _each_name_has_one_owner(self) -> Self:
        faults = _name_faults(self.model_dump(mode="json"))
        if faults:
            raise RefusedSettingsError(faults)
        return self


def read_postgres_settings(text: str | None) -> PostgresSettings:
    """Return the settings that *text*, a JSON document, holds; raise RefusedSettingsError with all its faults."""
    try:
        return PostgresSettings.model_validate_json(text or "null")
    except ValidationError as error:
        faults = fault_lines(error, model=PostgresSettings, root=ROOT)
        raise RefusedSettingsError(dict.fromkeys([*faults, *_name_faults(_parsed(text))])) from None


def _parsed(text: str | None) -> object:
    try:
        return json.loads(text or "null")
    except json.JSONDecodeError:
        return None


def _name_faults(raw: object) -> list[str]:
    """Check the names in whatever part of *raw* can be read, so that one fault does not hide another."""
    settings = raw if isinstance(raw, Mapping) else {}
    return name_faults(_readable_claims(settings), domain=_fitting(settings.get("domain"), DOMAIN_PATTERN))


def _fitting(value: object, pattern: str) -> str:
    """Return *value* only where it is what it should be: anything else may be a secret, and must not be repeated."""
    return value if isinstance(value, str) and re.match(pattern, value) else ""


def _readable_claims(settings: Mapping[str, object]) -> Iterator[Claim]:
    server = settings.get("server")
    username = server.get("username") if isinstance(server, Mapping) else None
    for place, value in {"server.username": username, "pgbouncer_user": settings.get("pgbouncer_user")}.items():
        role = _fitting(value, LOGIN_ROLE_PATTERN)
        if role:
            yield role_claim(place=f"{ROOT}.{place}", role=role)
    org = _fitting(settings.get("org"), ORGANISATION_PATTERN)
    domain = _fitting(settings.get("domain"), DOMAIN_PATTERN)
    entries = settings.get("applications")
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        try:
            application = Application.model_validate(entry)
        except ValidationError:
            continue  # its own faults are reported with the fields
        app = app_of(application, org=org, domain=domain)
        yield from app_claims(place=f"{ROOT}.applications[{index}]", app=app)
