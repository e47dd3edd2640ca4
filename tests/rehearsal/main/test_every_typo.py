"""Every character of every name that the program computes for the canary, wrong once."""

import dataclasses
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from rehearsal.check_list import CheckFailedError
from rehearsal.checks.main.by_hand import removed
from rehearsal.checks.main.client_names import canary_names
from rehearsal.checks.main.cut_after_write import IN_VAULT
from rehearsal.checks.main.running_application import expect_database_user, expect_service_account
from rehearsal.checks.main.typos import check_sample, notices
from rehearsal.checks.main.workflow import expect_policies, expect_reading
from rehearsal.lab import CANARY, expect_success
from rehearsal.main.edge import Edge
from rehearsal.main.mistyped_program import NAMES
from rehearsal.servers.postgresql import HOST
from rehearsal.standins.vault.vault_session import VaultRefusedError
from stacks.app import App
from tests.rehearsal.main.declared_vault import declare_canary, written

pytestmark = pytest.mark.slow

CHECKS = (expect_policies, expect_service_account, expect_reading, expect_database_user)
OF_OTHER_STACKS = {"argocd_application"}
IN_VAULT_BESIDES = ("postgres/config/canary", "sys/policies/acl/canary-ops", "sys/policies/acl/canary")


@pytest.fixture
def without_canary(edge: Edge) -> Iterator[Edge]:
    """Take the canary out of Vault, and put it back at the end."""
    app = next(app for app in edge.settings.apps if app.name == CANARY)
    for path in (*IN_VAULT, *IN_VAULT_BESIDES):
        removed(path)(edge, app)
    # PgBouncer lets whoever asks for an unknown database wait for minutes; PostgreSQL says so at once.
    server = edge.lab.server
    directly = edge.settings.database.model_copy(update={"host": HOST, "port": server.port, "sslmode": "disable"})
    yield dataclasses.replace(edge, settings=edge.settings.model_copy(update={"database": directly}))
    expect_success(edge.stack.run("up", refresh=True))


def test_every_wrong_character_is_noticed(without_canary: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program refuses to declare it, Vault refuses to take it, or a check of the canary says so: never nothing."""
    edge = without_canary
    app, names = next(app for app in edge.settings.apps if app.name == CANARY), canary_names(edge)
    with written(edge, declare_canary(edge)):
        for check in CHECKS:
            check(edge, names)
    naming = _with_tokens_that_name_the_repository(edge)
    with written(naming, declare_canary(naming)):
        expect_policies(naming, names)
    typos = [(name, place) for name in NAMES for place in range(len(getattr(app, name)))]
    unnoticed = []

    for name, place in typos:
        with monkeypatch.context() as patch:
            patch.setattr(App, name, _mistyped(name, place))
            if not _is_noticed(naming if name == "repository" else edge):
                unnoticed.append(f"{name}, character {place + 1}")

    assert len(typos) > 100
    assert unnoticed == []


def test_every_name_is_tried() -> None:
    """A name that an application gets in future is tried as well, or is listed as another stack's."""
    names = {name for name, value in vars(App).items() if isinstance(value, property)}

    assert names - OF_OTHER_STACKS == {*NAMES}


def test_sample_that_is_not_noticed_is(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that says nothing about its wrong character fails the sample."""
    blind = {"dns_name": (0, lambda _edge, _app: None)}
    monkeypatch.setattr("rehearsal.checks.main.typos.SAMPLE", blind)

    with pytest.raises(CheckFailedError, match="found nothing said of dns_name, character 1"):
        check_sample(edge)


def _with_tokens_that_name_the_repository(edge: Edge) -> Edge:
    """Return *edge* with another sort of tokens: those of the settings name a user, in whom no organisation is."""
    tokens = edge.settings.tokens.model_copy(update={"repository_claim": "repository", "repository_user": None})
    return dataclasses.replace(edge, settings=edge.settings.model_copy(update={"tokens": tokens}))


def _is_noticed(edge: Edge) -> bool:
    try:
        program = declare_canary(edge)
    except (ValueError, RuntimeError):
        return True
    try:
        with written(edge, program):
            return any(notices(edge, canary_names(edge), check) for check in CHECKS)
    except (VaultRefusedError, httpx.HTTPStatusError, psycopg.Error):
        return True


def _mistyped(name: str, place: int) -> property:
    right = vars(App)[name].fget

    def wrong(app: App) -> str:
        value = str(right(app))
        if app.name != CANARY:
            return value
        return value[:place] + ("q" if value[place] != "q" else "x") + value[place + 1 :]

    return property(wrong)
