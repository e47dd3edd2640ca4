"""What keeps a stack from running is said before anything is declared."""

from pathlib import Path

import pulumi
import pytest

from stacks.start import start_stack
from tests.declare import SETTINGS_KEY, record

SETTINGS = """{
    "org": "arcodange-org", "domain": "arcodange.lab", "pgbouncer_user": "pooler", "applications": [{"name": "erp"}],
    "server": {"host": "127.0.0.1", "port": 6432, "username": "postgres", "sslmode": "disable"}
}"""
READY = {"PGPASSWORD": "a-password"}


def _refusal(stack: str, settings: str | None, environment: dict[str, str]) -> str:
    declared: list[str] = []

    def program() -> None:
        start_stack(stack, environment=environment)
        declared.append(stack)

    with pytest.raises(pulumi.RunError) as refusal:
        record(program, stack=stack, config={} if settings is None else {SETTINGS_KEY: settings})
    assert declared == []
    return str(refusal.value)


def test_stack_is_declared() -> None:
    """With settings and password the stack is declared."""
    recorded = record(
        lambda: start_stack("postgres", environment=READY), stack="postgres", config={SETTINGS_KEY: SETTINGS}
    )

    assert ("postgresql:index/database:Database", "erp") in recorded.program


def test_unknown_stack() -> None:
    """An unknown stack is refused, naming the known ones."""
    assert _refusal("postgress", SETTINGS, READY) == "unknown stack 'postgress'. Expected one of: hosts, main, postgres"


def test_missing_settings() -> None:
    """Without settings the message says what they are."""
    assert _refusal("postgres", None, READY) == (
        "stack postgres: nothing was done\n"
        "settings: found nothing. Expected a mapping of org, domain, server, pgbouncer_user, applications, "
        "for example `org: …`"
    )


def test_settings_that_are_no_mapping() -> None:
    """Settings that are a bare text are refused without repeating it."""
    assert "hunter2" not in _refusal("postgres", "hunter2", READY)


def test_faults_of_the_settings() -> None:
    """Every fault stands on a line of its own."""
    lines = _refusal("postgres", SETTINGS.replace("host", "hots").replace('"erp"', '"Erp"'), READY).splitlines()

    assert [line.split(":")[0] for line in lines[1:]] == ["settings.server.hots", "settings.applications[0].name"]


def test_production_is_refused() -> None:
    """A production address is refused before the password is even asked for."""
    message = _refusal("postgres", SETTINGS.replace("127.0.0.1", "192.168.1.202"), {})

    assert "settings.server.host: 192.168.1.202 is production" in message
    assert "set FACTORY_TARGET=production and use the official CLI" in message


@pytest.mark.parametrize("environment", [{}, {"PGPASSWORD": ""}], ids=["unset", "empty"])
def test_missing_password(environment: dict[str, str]) -> None:
    """A missing password is named, with who needs it."""
    assert _refusal("postgres", SETTINGS, environment) == (
        "stack postgres: nothing was contacted\n"
        "PGPASSWORD is not set. Expected the password of the PostgreSQL superuser, for the providers postgresql "
        "and factory"
    )


def test_entry_is_short() -> None:
    """The program's entry only calls: it never grows."""
    entry = Path(__file__).resolve().parents[2] / "__main__.py"

    assert len(entry.read_text(encoding="utf-8").splitlines()) <= 10
