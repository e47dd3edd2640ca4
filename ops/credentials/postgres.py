"""The password of PostgreSQL's superuser."""

from collections.abc import Mapping

import psycopg

from ops.credentials.examined import examined
from ops.credentials.finding import Finding, State
from ops.credentials.given import given
from ops.credentials.unusable_error import UnusableError
from provider.postgres.server import PASSWORD_VARIABLE, ServerAddress

CONNECT_SECONDS = 5
DATABASE = "postgres"
_QUESTION = """
SELECT rolname, rolsuper
FROM pg_catalog.pg_roles WHERE rolname = current_user
"""


def check_postgres(address: ServerAddress, *, environment: Mapping[str, str]) -> Finding:
    """Connect, and ask who one is."""
    return examined(PASSWORD_VARIABLE, lambda: _check(address, environment))


def _check(address: ServerAddress, environment: Mapping[str, str]) -> str:
    what = f"the password of {address.username} at {address.host}:{address.port}"
    password = given(environment, PASSWORD_VARIABLE, what=what)
    try:
        with psycopg.connect(
            host=address.host, port=address.port, user=address.username, password=password, dbname=DATABASE,
            sslmode=address.sslmode, connect_timeout=CONNECT_SECONDS, autocommit=True, prepare_threshold=None,
            # Named and empty: otherwise PGHOSTADDR would lead elsewhere, and PGOPTIONS change the session.
            hostaddr="", options="",
        ) as connection:  # fmt: skip
            row = connection.execute(_QUESTION).fetchone()
    except psycopg.Error as error:
        raise _meaning(error, address) from None
    if row is None or not row[1]:
        raise UnusableError(
            State.NO_PERMISSION, f"{address.username} is no superuser at {address.host}:{address.port}",
            helps=f"ALTER ROLE {address.username} SUPERUSER, or set settings.server.username to one who is",
        )  # fmt: skip
    return f"superuser {row[0]}"


def _meaning(error: psycopg.Error, address: ServerAddress) -> UnusableError:
    place = f"{address.host}:{address.port}"
    said = " ".join(str(error).split())
    if "certificate verify failed" in said or "root certificate" in said:
        return UnusableError(
            State.UNTRUSTED, f"the certificate of {place} is not of an authority that is trusted here",
            helps="set PGSSLROOTCERT to the file with the lab's root",
        )  # fmt: skip
    if "does not support SSL" in said:
        return UnusableError(
            State.UNTRUSTED, f"{place} offers no encryption",
            helps=f"switch TLS on there; settings.server.sslmode asks for {address.sslmode}",
        )  # fmt: skip
    if "password authentication failed" in said or "SASL authentication failed" in said:
        return UnusableError(
            State.REFUSED, f"{place} refuses {address.username} with this password: it is wrong, or has expired",
            helps=f"export the one that the stack hosts made: {PASSWORD_VARIABLE}",
        )  # fmt: skip
    if isinstance(error, psycopg.OperationalError) and ("connection failed" in said or "timeout" in said):
        return UnusableError(
            State.UNREACHABLE, f"{place} gives no answer: {said}",
            helps="look whether the address is right and the server runs",
        )  # fmt: skip
    return UnusableError(State.REFUSED, f"{place} refuses {address.username}: {said}", helps="see its log")
