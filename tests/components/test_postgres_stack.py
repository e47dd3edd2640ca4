"""What the stack `postgres` declares, as the engine gets it."""

import json
from pathlib import Path

import pytest
import yaml

from provider.guard import ProductionRefusedError, refuse_production
from stacks.postgres import declare_postgres
from stacks.settings import PostgresSettings, read_postgres_settings
from tests.declare import GENERATED, Declared, Program, declare, record

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "postgresql:index/database:Database"
ROLE = "postgresql:index/role:Role"
MEMBERSHIP = "postgresql:index/grantRole:GrantRole"
LOOKUP = "factory:postgres:LookupFunction"
ACCESS = "factory:postgres:AccessList"
COMPONENT = "factory:postgres:AppDatabase"
EDITOR = "factory:postgres:LoginRole"
HOLDS_DATA = {DATABASE, ROLE, EDITOR}


@pytest.fixture(scope="module")
def settings() -> PostgresSettings:
    """Read the settings of production."""
    file = yaml.safe_load((ROOT / "Pulumi.postgres.yaml").read_text(encoding="utf-8"))
    return read_postgres_settings(json.dumps(file["config"]["factory:settings"]))


@pytest.fixture(scope="module")
def program(settings: PostgresSettings) -> Program:
    """Declare the stack with the settings of production."""
    return declare(declare_postgres, settings)


def _of_type(program: Program, kind: str) -> dict[str, Declared]:
    return {name: declared for (found, name), declared in program.items() if found == kind}


def test_applications_of_the_lab(program: Program) -> None:
    """Each application of the lab has its database, owned by its role."""
    databases = _of_type(program, DATABASE).values()

    assert {database.inputs["name"]: database.inputs["owner"] for database in databases} == {
        "erp": "erp_role",
        "webapp": "webapp_role",
        "crowdsec": "crowdsec_role",
        "plausible": "plausible_role",
        "dance-lessons-coach": "dance-lessons-coach_role",
        "erp-sandbox": "erp_sandbox_role",
        "canary": "canary_role",
    }


def test_data_is_protected_and_kept(program: Program) -> None:
    """Every database and every role is protected, and kept when it is no longer declared; nothing else is."""
    kept = {key for key, declared in program.items() if declared.protected and declared.retained}
    either = {key for key, declared in program.items() if declared.protected or declared.retained}

    assert kept == either == {key for key in program if key[0] in HOLDS_DATA}
    assert len(kept) == 7 + 7 + 1


def test_children_belong_to_their_component(program: Program) -> None:
    """Everything of an application stands below its component, and each component below the stack."""
    component = program[COMPONENT, "erp"].urn
    children = {key for key, declared in program.items() if declared.parent == component}

    assert children == {(kind, "erp") for kind in (ROLE, DATABASE, LOOKUP, ACCESS, MEMBERSHIP)}
    stack = program["pulumi:pulumi:Stack", "factory-stack"].urn
    components = [declared for (kind, _), declared in program.items() if kind.startswith("factory:postgres:")]
    assert {declared.parent for declared in components if not declared.provider} == {stack}


def test_providers_are_explicit(program: Program) -> None:
    """Every resource is given to a provider that the stack declared."""
    providers = {declared.urn for (kind, _), declared in program.items() if kind.startswith("pulumi:providers:")}
    used = {
        declared.provider
        for (kind, _), declared in program.items()
        if declared.parent != program["pulumi:pulumi:Stack", "factory-stack"].urn and not kind.startswith("pulumi:")
    }

    assert used == providers
    assert len(providers) == 3


def test_no_password_reaches_a_provider_as_input(program: Program) -> None:
    """The superuser's password is no input of anything: it cannot get into the state."""
    providers = [declared for (kind, _), declared in program.items() if kind.startswith("pulumi:providers:")]

    assert not [declared.urn for declared in providers if "password" in declared.inputs]


def test_owner_cannot_log_in(program: Program) -> None:
    """The owner roles cannot log in, and none is a superuser."""
    roles = _of_type(program, ROLE)

    assert len(roles) == 7
    assert not [name for name, role in roles.items() if role.inputs["login"] or role.inputs.get("superuser")]


def test_credentials_editor(program: Program) -> None:
    """The editor has a generated secret password, and no memberships of its own declaration."""
    role = program[EDITOR, "credentials_editor"]

    assert role.inputs == {"name": "credentials_editor", "password": GENERATED}
    assert role.secrets == {"password"}


def test_password_is_an_output_and_secret(settings: PostgresSettings) -> None:
    """The stack gives the password on, as a secret; so does the component."""
    outputs = record(lambda: declare_postgres(settings)).outputs

    for urn, key in (
        ("urn:pulumi:stack::factory::pulumi:pulumi:Stack::factory-stack", "credentials_editor_password"),
        ("urn:pulumi:stack::factory::factory:postgres:CredentialsEditor::credentials_editor", "password"),
    ):
        assert outputs[urn][key].value == GENERATED
        assert outputs[urn][key].is_secret


def test_outputs_of_every_component_are_registered(settings: PostgresSettings) -> None:
    """No component forgets to say that it is complete."""
    recorded = record(lambda: declare_postgres(settings))

    components = {declared.urn for (kind, _), declared in recorded.program.items()
                  if kind.startswith("factory:postgres:") and not declared.provider}  # fmt: skip
    assert len(components) == 9
    assert components <= recorded.outputs.keys()


def test_memberships_are_given_one_after_the_other(program: Program) -> None:
    """Each membership but the first waits for the one before, in the order of the settings."""
    memberships = _of_type(program, MEMBERSHIP)
    row = [membership.urn for membership in memberships.values()]
    waits = [membership.dependencies & set(row) for membership in memberships.values()]

    assert len(row) == 7
    assert sorted(map(len, waits)) == [0, 1, 1, 1, 1, 1, 1]
    assert waits[0] == set()
    assert [set(row[:1]), *({urn} for urn in row[1:-1])] == waits[1:]


def test_membership_may_be_passed_on(program: Program) -> None:
    """The editor gets each owner role with the right to give it on."""
    membership = program[MEMBERSHIP, "erp-sandbox"]

    assert membership.inputs == {"role": "credentials_editor", "grantRole": "erp_sandbox_role", "withAdminOption": True}


def test_access_list_of_an_application(program: Program) -> None:
    """Owner and pooler have what they need; PUBLIC is not in the list, so it has nothing."""
    assert program[LOOKUP, "erp"].inputs == {"database": "erp", "executor": "pgbouncer_auth"}
    assert program[ACCESS, "erp"].inputs == {
        "database": "erp",
        "grants": {
            "database": {"erp_role": ["CONNECT", "CREATE", "OWNER", "TEMPORARY"], "pgbouncer_auth": ["CONNECT"]},
            "schema": {"pg_database_owner": ["CREATE", "OWNER", "USAGE"], "pgbouncer_auth": ["USAGE"]},
            "function": {"postgres": ["EXECUTE", "OWNER"], "pgbouncer_auth": ["EXECUTE"]},
        },
    }


def test_lookup_in_the_maintenance_database(program: Program) -> None:
    """The function is in the maintenance database as well, where Vault logs in, and nobody else may call it."""
    assert program[LOOKUP, "maintenance"].inputs == {"database": "postgres", "executor": "pgbouncer_auth"}
    grants = program[ACCESS, "maintenance"].inputs["grants"]
    assert isinstance(grants, dict)
    assert grants["function"] == {"postgres": ["EXECUTE", "OWNER"], "pgbouncer_auth": ["EXECUTE"]}


def test_order_within_an_application(program: Program) -> None:
    """Owner, database, function, access list: each waits for the one before."""
    for later, earlier in ((DATABASE, ROLE), (LOOKUP, DATABASE), (ACCESS, LOOKUP), (MEMBERSHIP, ROLE)):
        assert program[earlier, "erp"].urn in program[later, "erp"].dependencies


def test_production_settings_are_guarded(settings: PostgresSettings) -> None:
    """The settings as they are committed are refused unless production is asked for."""
    with pytest.raises(ProductionRefusedError, match=r"settings\.server\.host: 192\.168\.1\.202 is production"):
        refuse_production(settings.addresses, {})
