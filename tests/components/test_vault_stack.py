"""What the Vault components declare, as the engine gets it."""

import dataclasses

import pulumi
import pulumi_vault
import pytest

from components.application import Application
from components.database_server import DatabaseServer
from components.vault_base import VaultBase, VaultBaseArgs
from components.vault_paths import VaultPaths
from components.workflow_tokens import WorkflowTokens
from hosts.backup.collect import TOKEN_AUDIENCE
from hosts.cluster import longhorn, vault, volume_backups
from provider.edge_provider import EdgeProvider, EdgeProviderArgs
from stacks.app import App
from stacks.host_backup import SNAPSHOT_ACCOUNT
from stacks.vault_applications import vault_applications
from tests.declare import Declared, Program, declare, record

ORG = "arcodange-org"
MOUNT = "vault:index/mount:Mount"
POLICY = "vault:index/policy:Policy"
JWT = "vault:jwt/authBackend:AuthBackend"
JWT_ROLE = "vault:jwt/authBackendRole:AuthBackendRole"
KUBERNETES = "vault:kubernetes/authBackendConfig:AuthBackendConfig"
KUBERNETES_ROLE = "vault:kubernetes/authBackendRole:AuthBackendRole"
CONNECTION = "vault:database/secretBackendConnection:SecretBackendConnection"
DATABASE_ROLE = "vault:database/secretBackendRole:SecretBackendRole"
SECRET = "factory:vault:KvSecret"  # noqa: S105 - the name of a type
KEY = "vault:transit/secretBackendKey:SecretBackendKey"
BASE = "factory:vault:VaultBase"
APPLICATION = "factory:vault:Application"
INSTANCE = "factory:vault:ApplicationInstance"
SHARED = "factory__cf_r2_arcodange_tf"
KEY_TEXT = "-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----\n"

APPS = [
    App(name="erp", org=ORG, domain="arcodange.lab"),
    App(name="erp", environment="sandbox", org=ORG, domain="arcodange.lab"),
    App(name="dance-lessons-coach", org=ORG, domain="arcodange.lab"),
    App(name="cms", org=ORG, domain="arcodange.lab"),
]
TOKENS = WorkflowTokens(issuer="https://gitea.arcodange.lab", audiences=["vault"], public_keys=[KEY_TEXT])
ARGS = VaultBaseArgs(
    tokens=TOKENS,
    repository=f"{ORG}/factory",
    kubernetes_host="https://kubernetes.default.svc",
    shared_policies={SHARED: ["kvv1/cloudflare/r2/arcodange-tf", "kvv1/zoho/self_client"]},
    volume_keys=["kvv1/google/gcs/my-backup"],
)


def declare_vault(args: VaultBaseArgs) -> None:
    """Declare the base and four instances of three applications."""
    vault = pulumi_vault.Provider("vault", address="https://vault.test")
    edge = EdgeProvider("edge", EdgeProviderArgs(vault_url="https://vault.test"))
    on_vault = pulumi.ResourceOptions(providers=[vault, edge])
    base = VaultBase("vault", args, on_vault)
    server = DatabaseServer(
        host="db.test", port=6432, sslmode="require", editor="credentials_editor",
        password=pulumi.Output.secret("a password"), without=["cms"],
    )  # fmt: skip
    applications = vault_applications(
        APPS, server=server, paths=base.paths, tokens=args.tokens, more_policies={"cms": [SHARED]}
    )
    for name, application in applications.items():
        Application(name, application, on_vault)


@pytest.fixture(scope="module")
def program() -> Program:
    """Declare everything."""
    return declare(declare_vault, ARGS)


def _of_type(program: Program, kind: str) -> dict[str, Declared]:
    return {name: declared for (found, name), declared in program.items() if found == kind}


def test_engines_of_the_lab(program: Program) -> None:
    """The four engines are where the lab has them."""
    found = {str(mount.inputs["path"]): mount.inputs for mount in _of_type(program, MOUNT).values()}

    assert {path: (inputs["type"], inputs.get("options")) for path, inputs in found.items()} == {
        "kvv1": ("kv", {"version": "1"}),
        "kvv2": ("kv", {"version": "2"}),
        "transit": ("transit", None),
        "postgres": ("database", None),
    }


def test_what_holds_data_is_protected_and_kept(program: Program) -> None:
    """Engines and the key inside one are protected, and kept when they are no longer declared; nothing else is."""
    kept = {key for key, declared in program.items() if declared.protected and declared.retained}
    either = {key for key, declared in program.items() if declared.protected or declared.retained}

    assert kept == either == {key for key in program if key[0] in {MOUNT, KEY}}
    assert len(kept) == 4 + 1


def test_every_resource_is_given_to_the_declared_provider(program: Program) -> None:
    """No resource falls to a default provider."""
    official, own = program["pulumi:providers:vault", "vault"].urn, program["pulumi:providers:factory", "edge"].urn

    assert {declared.provider for (kind, _), declared in program.items() if kind.startswith("vault:")} == {official}
    assert {declared.provider for (kind, _), declared in program.items() if kind == SECRET} == {own}


def test_children_belong_to_their_component(program: Program) -> None:
    """Each instance stands below its application, and what it consists of below the instance."""
    application, instance = program[APPLICATION, "erp"].urn, program[INSTANCE, "erp-sandbox"]
    children = {kind for (kind, _), declared in program.items() if declared.parent == instance.urn}

    assert instance.parent == application
    assert children == {POLICY, KUBERNETES_ROLE, CONNECTION, DATABASE_ROLE, SECRET}
    assert {name for (kind, name), declared in program.items() if declared.parent == application} == {
        "erp", "erp-sandbox", "erp-ops",
    }  # fmt: skip


def test_outputs_of_every_component_are_registered() -> None:
    """No component forgets to say that it is complete."""
    recorded = record(lambda: declare_vault(ARGS))

    components = {
        declared.urn for (kind, _), declared in recorded.program.items() if kind in {BASE, APPLICATION, INSTANCE}
    }
    assert len(components) == 1 + 3 + 4
    assert components <= recorded.outputs.keys()


def test_one_login_for_each_repository(program: Program) -> None:
    """A repository has one role for all its environments, bound to its name alone, with its own policy."""
    role = program[JWT_ROLE, "erp"].inputs

    assert _of_type(program, JWT_ROLE).keys() == {
        "gitea_cicd", "gitea_cicd_plan", "erp", "dance-lessons-coach", "cms",
    }  # fmt: skip
    assert role["roleName"] == "gitea_cicd_erp"
    assert role["boundClaims"] == {"repository": "arcodange-org/erp"}
    assert role["boundAudiences"] == ["vault"]
    assert role["tokenPolicies"] == ["erp-ops"]
    assert role["roleType"] == "jwt"


def test_shared_policy_is_attached_to_whom_it_is_given(program: Program) -> None:
    """The policy for the state bucket is read on two paths, and only the application `cms` has it."""
    roles = _of_type(program, JWT_ROLE)

    assert program[POLICY, SHARED].inputs["policy"] == (
        'path "kvv1/cloudflare/r2/arcodange-tf" {\n  capabilities = ["read"]\n}\n\n'
        'path "kvv1/zoho/self_client" {\n  capabilities = ["read"]\n}\n'
    )
    assert roles["cms"].inputs["tokenPolicies"] == ["cms-ops", SHARED]
    assert [name for name, role in roles.items() if SHARED in str(role.inputs)] == ["cms"]


@pytest.mark.parametrize(("policies", "without"), [({"cns": [SHARED]}, []), ({}, ["cns"])])
def test_unknown_application_is_refused(policies: dict[str, list[str]], without: list[str]) -> None:
    """A mistyped application is named: neither its policy nor its lack of a database is dropped in silence."""
    paths = VaultPaths(kv1="", kv2="", database="", kubernetes="", jwt="")

    def declare_it() -> None:
        password = pulumi.Output.secret("a password")
        server = DatabaseServer(host="h", port=1, sslmode="", editor="", password=password, without=without)
        with pytest.raises(ValueError, match="expected the name of an application, found cns; known: erp, "):
            vault_applications(APPS, server=server, paths=paths, tokens=TOKENS, more_policies=policies)

    record(declare_it)


def test_workflows_reach_all_environments_and_nothing_else(program: Program) -> None:
    """The workflows' policy names exactly the paths of the application's instances."""
    text = str(program[POLICY, "erp-ops"].inputs["policy"])

    assert [line.split('"')[1] for line in text.splitlines() if line.startswith("path")] == [
        "kvv2/data/erp-sandbox/*",
        "kvv2/data/erp/*",
        "kvv2/metadata/erp-sandbox/*",
        "kvv2/metadata/erp/*",
        "postgres/creds/erp",
        "postgres/creds/erp-sandbox",
    ]
    assert "create" not in text


def test_running_application_reads_its_own_paths(program: Program) -> None:
    """The runtime policy gives database users and secrets of its instance, to its service account alone."""
    role = program[KUBERNETES_ROLE, "erp-sandbox"].inputs

    assert program[POLICY, "erp-sandbox"].inputs == {
        "name": "erp-sandbox",
        "policy": 'path "kvv2/data/erp-sandbox/*" {\n  capabilities = ["read"]\n}\n\n'
        'path "postgres/creds/erp-sandbox" {\n  capabilities = ["read"]\n}\n',
    }
    assert (role["roleName"], role["boundServiceAccountNames"], role["boundServiceAccountNamespaces"]) == (
        "erp-sandbox", ["erp-sandbox"], ["erp-sandbox"],
    )  # fmt: skip
    assert role["tokenPolicies"] == ["erp-sandbox"]


def test_database_user_becomes_the_owner(program: Program) -> None:
    """The statements name the owner role, quoted; the connection is into the application's own database."""
    role, connection = program[DATABASE_ROLE, "dance-lessons-coach"].inputs, program[CONNECTION, "dance-lessons-coach"]
    details = connection.inputs["postgresql"]

    assert (role["name"], role["dbName"]) == ("dance-lessons-coach", "dance-lessons-coach")
    assert 'GRANT "dance-lessons-coach_role" TO "{{name}}"' in str(role["creationStatements"])
    assert 'REASSIGN OWNED BY "{{name}}" TO "dance-lessons-coach_role";' in str(role["revocationStatements"])
    assert isinstance(details, dict)
    assert str(details["connectionUrl"]).endswith("@db.test:6432/dance-lessons-coach?sslmode=require")
    assert connection.inputs["allowedRoles"] == ["dance-lessons-coach"]
    assert connection.secrets == {"postgresql"}


def test_application_without_a_database(program: Program) -> None:
    """It has its policies, logins and configuration, and nothing that names a database."""
    component = program[INSTANCE, "cms"].urn
    children = {key: declared for key, declared in program.items() if declared.parent == component}

    assert children.keys() == {(POLICY, "cms"), (KUBERNETES_ROLE, "cms"), (SECRET, "cms")}
    assert program[SECRET, "cms"].inputs["values"] == {"url": "https://cms.arcodange.lab"}
    assert "postgres" not in str([program[POLICY, name].inputs["policy"] for name in ("cms", "cms-ops")])


def test_configuration_holds_no_secret(program: Program) -> None:
    """The configuration says where things are, and from where the secret ones are to be had."""
    secret = program[SECRET, "erp-sandbox"].inputs
    values = secret["values"]

    assert (secret["mount"], secret["path"], secret["version"]) == ("kvv2", "erp-sandbox/config", 2)
    assert isinstance(values, dict)
    assert values["database_credentials"] == "postgres/creds/erp-sandbox"
    assert "a password" not in str(secret)


def test_keys_are_stripped(program: Program) -> None:
    """A newline at the end of a key would be a difference at every refresh."""
    assert program[JWT, "gitea_jwt"].inputs["jwtValidationPubkeys"] == [KEY_TEXT.strip()]


def test_issuer_may_publish_its_keys() -> None:
    """Instead of keys, the URL where they are published, with the authority of that server."""
    published = dataclasses.replace(TOKENS, public_keys=None, discovery_url=TOKENS.issuer, discovery_ca="CA\n")
    program = declare(declare_vault, dataclasses.replace(ARGS, tokens=published, kubernetes_ca="CA\n"))
    inputs = program[JWT, "gitea_jwt"].inputs

    assert (inputs["oidcDiscoveryUrl"], inputs["oidcDiscoveryCaPem"]) == ("https://gitea.arcodange.lab", "CA")
    assert "jwtValidationPubkeys" not in inputs
    assert program[KUBERNETES, "kubernetes"].inputs["kubernetesCaCert"] == "CA"
    assert program[KUBERNETES, "kubernetes"].inputs["disableLocalCaJwt"] is True


@pytest.mark.parametrize("repository", ["", "erp", "arcodange-org/erp,arcodange-org/cms"])
def test_role_for_no_repository_or_several_is_refused(repository: str) -> None:
    """A role that is bound to nothing would let every token in; Vault takes a comma for "one of several"."""
    with pytest.raises(ValueError, match="expected a repository such as my-org/my-app, found "):
        TOKENS.bound_to(repository)


def test_tokens_need_one_source_of_keys() -> None:
    """Keys and the URL of keys exclude each other, and one of them is needed."""
    with pytest.raises(ValueError, match="expected either discovery_url or public_keys"):
        dataclasses.replace(TOKENS, public_keys=None)


def test_repository_may_be_known_by_its_own_user() -> None:
    """A forge whose tokens name a user and no repository: one user for each repository stands for it."""
    tokens = dataclasses.replace(TOKENS, repository_claim="preferred_username", repository_user="ci-{name}")

    assert tokens.bound_to("arcodange-org/erp") == {"preferred_username": "ci-erp"}
    teams = dataclasses.replace(tokens, repository_claim="groups", repository_user="{org}:ci-{name}")
    assert teams.bound_to("arcodange-org/erp") == {"groups": "arcodange-org:ci-erp"}
    with pytest.raises(ValueError, match="one user for all would have every repository's rights"):
        dataclasses.replace(tokens, repository_user="ci")


def test_the_backup_may_read_a_snapshot_and_nothing_else(program: Program) -> None:
    """The account that the hosts' backup logs in with, in its own namespace, gets one right, for ten minutes."""
    assert (SNAPSHOT_ACCOUNT["namespace"], SNAPSHOT_ACCOUNT["account"]) == (vault.NAMESPACE, vault.SNAPSHOT_ACCOUNT)
    role, policy = program[KUBERNETES_ROLE, "snapshot"].inputs, program[POLICY, "snapshot"].inputs

    assert {
        "namespace": role["boundServiceAccountNamespaces"], "account": role["boundServiceAccountNames"],
        "role": [role["roleName"]],
    } == {key: [name] for key, name in SNAPSHOT_ACCOUNT.items()}  # fmt: skip
    assert (role["audience"], role["tokenPolicies"], role["tokenTtl"]) == (TOKEN_AUDIENCE, ["snapshot"], 600)
    assert policy["policy"] == 'path "sys/storage/raft/snapshot" {\n  capabilities = ["read"]\n}\n'


def test_the_cluster_may_read_the_key_to_its_bucket_and_nothing_else(program: Program) -> None:
    """The account of the manifest, in Longhorn's namespace, reads the key; without a bucket nobody is let in."""
    role, policy = program[KUBERNETES_ROLE, volume_backups.NAME].inputs, program[POLICY, volume_backups.NAME].inputs

    assert (role["roleName"], role["tokenPolicies"]) == (volume_backups.NAME, [volume_backups.NAME])
    assert role["boundServiceAccountNames"] == [volume_backups.NAME]
    assert role["boundServiceAccountNamespaces"] == [longhorn.NAMESPACE]
    assert role["audience"] == volume_backups.AUDIENCE
    assert policy["policy"] == 'path "kvv1/google/gcs/my-backup" {\n  capabilities = ["read"]\n}\n'
    without = declare(declare_vault, dataclasses.replace(ARGS, volume_keys=None))
    assert {(KUBERNETES_ROLE, volume_backups.NAME), (POLICY, volume_backups.NAME)}.isdisjoint(without)
