"""Every character of every name that the program computes for the canary, wrong once."""

import dataclasses
import sys
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from rehearsal.check_list import CheckFailedError
from rehearsal.checks.main.by_hand import removed
from rehearsal.checks.main.client_names import canary_names
from rehearsal.checks.main.cut_after_write import IN_VAULT
from rehearsal.checks.main.names import OPERATOR_KEY, check_names
from rehearsal.checks.main.running_application import expect_database_user, expect_service_account
from rehearsal.checks.main.typos import check_sample, notices
from rehearsal.checks.main.workflow import expect_policies, expect_reading
from rehearsal.lab import CANARY, expect_success
from rehearsal.main.edge import Edge
from rehearsal.main.mistyped_program import NAMES, wrong
from rehearsal.servers.postgresql import HOST
from rehearsal.servers.vault import VaultServer
from rehearsal.standins.vault.vault_session import VaultRefusedError
from stacks.app import App
from tests.rehearsal.main.declared_vault import declare_canary, written

pytestmark = pytest.mark.long

CONSTANTS = {
    "KV1": "kvv1",
    "KV2": "kvv2",
    "TRANSIT": "transit",
    "DATABASE": "postgres",
    "KUBERNETES": "kubernetes",
    "JWT": "gitea_jwt",
    "CI_ROLE": "gitea_cicd",
    "AUDIENCE": "vault",
}
"""Name in the components → the name that clients know."""
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


def test_every_wrong_character_of_a_constant_is_noticed(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of engines, logins, the stack's own role and the operator's key are tried in a Vault of their own."""
    with VaultServer(folder=edge.lab.folder / "second-vault", authority=edge.vault.authority) as vault:
        vault.initialise()
        alone = _with_the_canary_alone(edge, vault)
        with written(alone, declare_canary(alone, with_base=True)):
            check_names(alone)
            for check in (expect_policies, expect_service_account, expect_database_user):
                check(alone, canary_names(alone))
        unnoticed = []
        for constant, right in CONSTANTS.items():
            for place in range(len(right)):
                with monkeypatch.context() as patch:
                    _mistype_constant(patch, constant, wrong(right, place))
                    if not _is_noticed_alone(alone):
                        unnoticed.append(f"{constant}, character {place + 1}")
        unnoticed += [
            f"{OPERATOR_KEY}, character {place + 1}"
            for place in range(len(OPERATOR_KEY))
            if not _is_noticed_alone(alone, operator_key=wrong(OPERATOR_KEY, place))
        ]

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


def _is_noticed_alone(edge: Edge, *, operator_key: str = OPERATOR_KEY) -> bool:
    try:
        program = declare_canary(edge, with_base=True, operator_key=operator_key)
    except (ValueError, RuntimeError):
        return True
    try:
        with written(edge, program):
            return notices(edge, canary_names(edge), lambda edge, _app: check_names(edge)) or notices(
                edge, canary_names(edge), expect_service_account
            )
    except (VaultRefusedError, httpx.HTTPStatusError):
        return True


def _mistype_constant(patch: pytest.MonkeyPatch, constant: str, value: str) -> None:
    """Give *constant* another value, wherever the components took it to."""
    for name, module in [*sys.modules.items()]:
        if name.startswith("components.") and constant in vars(module):
            patch.setattr(module, constant, value)


def _with_the_canary_alone(edge: Edge, vault: VaultServer) -> Edge:
    """Return *edge* with another Vault, and no other application."""
    entries = tuple(entry for entry in edge.settings.applications if entry.name == CANARY)
    settings = edge.settings.model_copy(update={"applications": entries, "shared_policies": {}})
    # What was computed of the others came with the copy.
    vars(settings).pop("apps", None)
    return dataclasses.replace(edge, settings=settings, vault=vault)


def _mistyped(name: str, place: int) -> property:
    right = vars(App)[name].fget

    def mistyped(app: App) -> str:
        value = str(right(app))
        return value if app.name != CANARY else wrong(value, place)

    return property(mistyped)
