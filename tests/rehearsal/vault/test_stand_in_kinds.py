"""Each resource type of the stand-in on a real Vault: made, found equal, changed by hand, put right, removed."""

import dataclasses

import pytest

from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.postgresql import PostgresServer
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority
from rehearsal.servers.vault import VaultServer
from rehearsal.standins.compare import compare
from rehearsal.standins.plain import Plain, Properties
from rehearsal.standins.resource_kind import ResourceKind
from rehearsal.standins.vault.auth_backend import AuthBackend
from rehearsal.standins.vault.database_connection import DatabaseConnection
from rehearsal.standins.vault.database_role import DatabaseRole
from rehearsal.standins.vault.jwt_auth_backend import JwtAuthBackend
from rehearsal.standins.vault.jwt_auth_backend_role import JwtAuthBackendRole
from rehearsal.standins.vault.kubernetes_auth_backend_config import KubernetesAuthBackendConfig
from rehearsal.standins.vault.kubernetes_auth_backend_role import KubernetesAuthBackendRole
from rehearsal.standins.vault.mount import Mount
from rehearsal.standins.vault.policy import Policy
from rehearsal.standins.vault.provider import KINDS
from rehearsal.standins.vault.transit_key import TransitKey
from rehearsal.standins.vault.vault_session import Target, VaultRefusedError, VaultSession
from rehearsal.token_issuer import TokenIssuer

pytestmark = pytest.mark.slow

ISSUER = TokenIssuer("https://forge.test")
OTHER = TokenIssuer("https://forge.test")
POLICY = 'path "a/*" {\n  capabilities = ["read"]\n}\n'
AUTHORITY = ThrowAwayAuthority().root.strip()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """One object, and one change of it by hand."""

    kind: type[ResourceKind]
    """Its type."""
    inputs: Properties
    """What is declared."""
    path: str
    """Where the change by hand goes."""
    body: dict[str, Plain]
    """What it sends."""
    seen: tuple[str, ...]
    """Properties that a refresh then finds different; empty where the official one is blind."""
    not_imported: tuple[str, ...] = ()
    """Properties that an import cannot find."""
    gone: bool = True
    """Whether removing it removes it in Vault."""


CASES = {
    "engine": Case(
        kind=Mount, inputs={"path": "engine", "type": "kv", "options": {"version": "2"}, "description": "one"},
        path="sys/mounts/engine/tune", body={"description": "two", "max_lease_ttl": "60s"}, seen=("description",),
    ),
    "engine by its other name": Case(
        kind=Mount, inputs={"path": "engine2", "type": "kv-v2"},
        path="sys/mounts/engine2/tune", body={"description": "two"}, seen=("description",),
        not_imported=("options", "type"),
    ),
    "login": Case(
        kind=AuthBackend, inputs={"type": "kubernetes", "path": "cluster", "description": "one"},
        path="sys/mounts/auth/cluster/tune", body={"description": "two"}, seen=("description",),
    ),
    "login by token": Case(
        kind=JwtAuthBackend,
        inputs={"path": "tokens", "boundIssuer": ISSUER.issuer, "jwtValidationPubkeys": [ISSUER.public_key]},
        path="auth/tokens/config",
        body={"bound_issuer": "https://other.test", "jwt_validation_pubkeys": [OTHER.public_key]},
        seen=("boundIssuer", "jwtValidationPubkeys"),
    ),
    "role of tokens": Case(
        kind=JwtAuthBackendRole,
        inputs={
            "backend": "jwt", "roleName": "ci", "roleType": "jwt", "userClaim": "sub", "boundAudiences": ["vault"],
            "boundClaims": {"repository": "org/app", "ref": "main,next"}, "tokenPolicies": ["b", "a"], "tokenTtl": 60,
        },
        path="auth/jwt/role/ci",
        body={
            "role_type": "jwt", "user_claim": "sub", "bound_audiences": ["vault"], "token_policies": ["a", "root"],
            "bound_claims": {"repository": ["org/app", "org/other"]},
        },
        seen=("boundClaims", "tokenPolicies"),
    ),
    "cluster": Case(
        kind=KubernetesAuthBackendConfig,
        inputs={
            "backend": "kubernetes", "kubernetesHost": "https://k.test", "kubernetesCaCert": AUTHORITY,
            "disableLocalCaJwt": True, "tokenReviewerJwt": "a.b.c",
        },
        path="auth/kubernetes/config", body={"kubernetes_host": "https://other.test", "disable_local_ca_jwt": True},
        seen=("kubernetesCaCert", "kubernetesHost"), not_imported=("tokenReviewerJwt",), gone=False,
    ),
    "role of service accounts": Case(
        kind=KubernetesAuthBackendRole,
        inputs={
            "backend": "kubernetes", "roleName": "app", "boundServiceAccountNames": ["app"], "audience": "vault",
            "boundServiceAccountNamespaces": ["app"], "tokenPolicies": ["app"],
        },
        path="auth/kubernetes/role/app",
        body={"bound_service_account_names": ["*"], "bound_service_account_namespaces": ["app"], "audience": "x"},
        seen=("audience", "boundServiceAccountNames"),
    ),
    "policy": Case(
        kind=Policy, inputs={"name": "rights", "policy": POLICY},
        path="sys/policies/acl/rights", body={"policy": POLICY.replace("read", "sudo")}, seen=("policy",), gone=False,
    ),
    "connection": Case(
        kind=DatabaseConnection,
        inputs={"backend": "database", "name": "db", "allowedRoles": ["app"], "verifyConnection": False,
                "postgresql": {"connectionUrl": "postgresql://{{username}}:{{password}}@db.test/app",
                               "username": "editor", "password": "secret", "maxConnectionLifetime": 90}},
        path="database/config/db",
        body={"plugin_name": "postgresql-database-plugin", "verify_connection": False, "allowed_roles": "*",
              "connection_url": "postgresql://{{username}}:{{password}}@db.test/app", "username": "someone"},
        seen=("allowedRoles", "postgresql"), not_imported=("postgresql", "verifyConnection"),
    ),
    "connection: blind": Case(
        kind=DatabaseConnection,
        inputs={"backend": "database", "name": "db2", "verifyConnection": False,
                "postgresql": {"connectionUrl": "postgresql://{{username}}:{{password}}@db.test/app",
                               "username": "editor", "password": "secret"}},
        path="database/config/db2",
        body={"plugin_name": "postgresql-database-plugin", "verify_connection": False, "password": "other",
              "connection_url": "postgresql://{{username}}:{{password}}@other.test/app", "username": "editor"},
        seen=(), not_imported=("postgresql", "verifyConnection"),
    ),
    "database role": Case(
        kind=DatabaseRole,
        inputs={"backend": "database", "name": "app", "dbName": "db", "creationStatements": ["CREATE ROLE x; y", "z"],
                "revocationStatements": ["DROP ROLE x"], "defaultTtl": 60, "maxTtl": 120},
        path="database/roles/app",
        body={"db_name": "db", "creation_statements": ["CREATE ROLE x SUPERUSER"], "default_ttl": 60},
        seen=("creationStatements",),
    ),
    "key": Case(
        kind=TransitKey, inputs={"backend": "transit", "name": "key", "deletionAllowed": True},
        path="transit/keys/key/config", body={"deletion_allowed": False, "auto_rotate_period": "24h"},
        seen=("deletionAllowed",),
    ),
}  # fmt: skip
MOUNTS = {"database": ("database", ""), "transit": ("transit", "")}


@pytest.fixture(scope="module")
def session(vault: VaultServer) -> VaultSession:
    """Work as root on a Vault that has an engine and a login of each type."""
    session = VaultSession()
    session.aim(
        Target(
            address=vault.address, ca_file=str(vault.root_file), token=vault.root_token, login={}, child_seconds=600,
            token_name=__name__, retries=2,
        )
    )  # fmt: skip
    for path, (kind, version) in MOUNTS.items():
        session.write(f"sys/mounts/{path}", {"type": kind, "options": {"version": version} if version else {}})
    session.write("sys/auth/kubernetes", {"type": "kubernetes"})
    session.write("sys/auth/jwt", {"type": "jwt"})
    session.write("auth/jwt/config", {"jwt_validation_pubkeys": [ISSUER.public_key]})
    return session


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_object_lives_its_life(session: VaultSession, case: Case) -> None:
    """What is declared is found again, also without a record; a change by hand shows where it can, and is put right."""
    kind = case.kind(session)  # type: ignore[call-arg] # the kinds of this stand-in all take the session
    defaults = {name: item.default for name, item in kind.properties.items() if item.default is not None}
    inputs: Properties = {**defaults, **case.inputs}

    identity, made = kind.create(inputs)
    assert kind.read(identity, made) == (identity, made)
    assert _differences(kind, made, case.inputs) == ()

    imported = kind.read(identity, {})
    assert imported is not None
    assert _differences(kind, imported[1], case.inputs) == case.not_imported

    session.write(case.path, case.body)
    found = kind.read(identity, made)
    assert found is not None
    assert _differences(kind, found[1], case.inputs) == case.seen

    mended = kind.update(identity, old=found[1], new=_completed(kind, inputs, found[1]))
    assert _differences(kind, mended, case.inputs) == ()
    assert kind.read(identity, mended) == (identity, mended)

    kind.delete(identity, mended)
    assert (kind.read(identity, mended) is None) is case.gone


def _differences(kind: ResourceKind, state: Properties, inputs: Properties) -> tuple[str, ...]:
    return tuple(sorted(compare(kind.properties, state=state, inputs=inputs, ignored=())))


def _completed(kind: ResourceKind, inputs: Properties, state: Properties) -> Properties:
    """Return *inputs* with what the server chose, as the provider gives them to an update."""
    chosen = {name: state[name] for name, item in kind.properties.items() if item.computed and name in state}
    return {**chosen, **inputs}


def test_every_type_has_a_case() -> None:
    """No type of the stand-in is left out here."""
    assert {case.kind for case in CASES.values()} == set(KINDS)


def test_mended_connection_works_again(session: VaultSession) -> None:
    """An update sends the connection URL again, but the password only when another one is declared."""
    with own_folder() as folder, PostgresServer("16", folder=folder / "pg") as server:
        with server.connect() as connection:
            connection.execute("CREATE ROLE editor LOGIN CREATEROLE PASSWORD 'first'")
        kind, role = DatabaseConnection(session), DatabaseRole(session)
        url = f"postgresql://{{{{username}}}}:{{{{password}}}}@{server.host}:{server.port}/postgres"
        block: dict[str, Plain] = {"connectionUrl": url, "username": "editor", "password": "first"}
        inputs: Properties = {
            "backend": "database", "name": "real", "allowedRoles": ["real"], "verifyConnection": True,
            "postgresql": block,
        }  # fmt: skip
        identity, made = kind.create(inputs)
        role.create(
            {"backend": "database", "name": "real", "dbName": "real",
             "creationStatements": ["CREATE ROLE \"{{name}}\" LOGIN PASSWORD '{{password}}'"]}
        )  # fmt: skip
        assert session.read("database/creds/real")

        with server.connect() as connection:
            connection.execute("ALTER ROLE editor PASSWORD 'second'")
        again: Properties = {**inputs, "postgresql": {**block, "password": "second"}}
        made = kind.update(identity, old=made, new=again)
        assert session.read("database/creds/real")

        wrong: dict[str, Plain] = {"connection_url": url.replace("/postgres", "/nowhere"), "verify_connection": False}
        session.write(identity, {"plugin_name": "postgresql-database-plugin", **wrong})
        with pytest.raises(VaultRefusedError):
            session.read("database/creds/real")
        kind.update(identity, old=made, new=again)
        assert session.read("database/creds/real")


def test_removed_policy_is_an_empty_one(session: VaultSession) -> None:
    """As for the official one: a policy that was removed by hand is changed, not made anew."""
    kind = Policy(session)
    declared: Properties = {"name": "removed", "policy": POLICY}
    identity, made = kind.create(declared)
    session.delete("sys/policies/acl/removed")

    found = kind.read(identity, made)

    assert found == ("removed", {"name": "removed", "policy": ""})
    assert kind.update(identity, old=found[1], new=declared) == declared


def test_value_is_in_no_error(session: VaultSession) -> None:
    """Vault's own reasons name the path alone."""
    with pytest.raises(VaultRefusedError) as refusal:
        session.write("nowhere/x", {"key": "secret value"})

    assert "PUT nowhere/x: Vault answered 404" in str(refusal.value)
    assert "secret value" not in str(refusal.value)
