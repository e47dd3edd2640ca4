"""PgBouncer on a host, as far as values tell."""

import configparser

from hosts.layers.pgbouncer import Pgbouncer, render_compose, render_configuration, render_users

SETTINGS = Pgbouncer(image="pgbouncer:1", names=("192.0.2.2", "pooler.lab.test"))
GIVEN = {"superuser_password": "first word", "lookup_password": 'second "word"'}


def test_clients_must_encrypt() -> None:
    """A client without TLS is refused, a user is looked up in the database that is asked for, and idle ones go soon."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(render_configuration(SETTINGS))
    settings = parser["pgbouncer"]

    assert settings["client_tls_sslmode"] == "require"
    assert settings["auth_type"] == "scram-sha-256"
    assert settings["auth_query"] == "SELECT uname, phash FROM public.user_lookup($1)"
    assert settings["server_idle_timeout"] == "30"
    assert dict(parser["databases"]) == {"*": "host=postgres port=5432"}


def test_superuser_password_is_not_there() -> None:
    """Of the superuser the pooler has what the server keeps; only the lookup user's password stands as it is."""
    superuser, lookup = render_users(GIVEN).splitlines()

    assert superuser.startswith('"postgres" "SCRAM-SHA-256$4096:')
    assert "first word" not in superuser
    assert lookup == '"pgbouncer_auth" "second ""word"""'


def test_no_secret_in_the_compose_file() -> None:
    """The Compose file, which everybody on the host may read, holds none of the passwords."""
    compose = render_compose(SETTINGS, files_label="0123")

    assert "word" not in compose
    assert "6432:6432" in compose
