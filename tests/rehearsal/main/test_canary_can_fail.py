"""Each check of the canary, before a Vault in which something was broken for it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest
from pydantic import JsonValue

from components.short_lived_user import creation_statements
from rehearsal.check_list import CheckFailedError, NotEnforceable
from rehearsal.checks.main.names import check_names
from rehearsal.checks.main.running_application import check_service_account, check_user
from rehearsal.checks.main.volume_key import check_volume_key
from rehearsal.checks.main.workflow import (
    check_branches,
    check_own_workflow,
    check_plans,
    check_policies,
    check_reading,
    check_strangers,
)
from rehearsal.main.edge import Edge

pytestmark = pytest.mark.slow

WORKFLOW = "auth/gitea_jwt/role/gitea_cicd_canary"
POD = "auth/kubernetes/role/canary"
STORAGE = "auth/kubernetes/role/volume-backups"
USERS = "postgres/roles/canary"
POLICY = "sys/policies/acl/canary-ops"
RUNTIME = "sys/policies/acl/canary"
CONFIGURATION = "kvv2/data/canary/config"
EVERYTHING = 'path "*" { capabilities = ["read"] }'


@dataclass(frozen=True, kw_only=True)
class Break:
    """One thing that is changed in Vault, and what must be said about it."""

    check: Callable[[Edge], object]
    """The check that must fail."""
    path: str
    """What is changed."""
    change: Mapping[str, JsonValue]
    """Fields that are written over those that are there."""
    message: str
    """What the check must say."""


BREAKS = {
    "a policy too many": Break(
        check=check_policies, path=WORKFLOW, change={"token_policies": ["canary-ops", "erp-ops"]},
        message=r"to give \['canary-ops', 'default'\], found \['canary-ops', 'default', 'erp-ops'\]",
    ),
    "no policy": Break(
        check=check_policies, path=WORKFLOW, change={"token_policies": []},
        message=r"expected gitea_cicd_canary to give .*, found \['default'\]",
    ),
    "bound to another repository": Break(
        check=check_policies, path=WORKFLOW, change={"bound_claims": {"preferred_username": "ci-erp"}},
        message="expected a workflow of arcodange-org/canary to be let in, Vault says 400",
    ),
    "bound to every repository": Break(
        check=check_strangers, path=WORKFLOW,
        change={"bound_claims": {"preferred_username": "ci-*"}, "bound_claims_type": "glob"},
        message="expected a token of arcodange-org/.* to be refused as gitea_cicd_canary, found 200",
    ),
    "bound to a beginning": Break(
        check=check_strangers, path=WORKFLOW,
        change={"bound_claims": {"preferred_username": "ci-canary*"}, "bound_claims_type": "glob"},
        message="expected a token of a repository whose name goes on to be refused",
    ),
    "another audience as well": Break(
        check=check_strangers, path=WORKFLOW, change={"bound_audiences": ["vault", "other"]},
        message="expected a token for another audience to be refused",
    ),
    "any issuer": Break(
        check=check_strangers, path="auth/gitea_jwt/config", change={"bound_issuer": ""},
        message="expected a token of another issuer to be refused",
    ),
    "the stack's own role": Break(
        check=check_strangers, path="auth/gitea_jwt/role/gitea_cicd",
        change={"bound_claims": {"preferred_username": ["ci-factory", "ci-canary"]}},
        message="expected the canary's token to be refused as gitea_cicd, found 200",
    ),
    "the stack's own workflow reads everything": Break(
        check=check_own_workflow, path="sys/policies/acl/gitea_cicd", change={"policy": EVERYTHING},
        message="expected the stack's own workflow to be refused GET postgres/creds/canary, found 200",
    ),
    "a plan that may write": Break(
        check=check_plans, path="sys/policies/acl/gitea_cicd_plan",
        change={"policy": 'path "*" { capabilities = ["create", "read", "update"] }'},
        message="expected a plan to be refused PUT kvv1/of-a-plan, found 204",
    ),
    "reads everything": Break(
        check=check_reading, path=POLICY, change={"policy": EVERYTHING},
        message="expected a workflow of canary to be refused GET .*, found 200",
    ),
    "reads nothing": Break(
        check=check_reading, path=POLICY, change={"policy": 'path "other" { capabilities = ["read"] }'},
        message="expected a workflow of canary to read kvv2/data/canary/config, Vault says 403",
    ),
    "a wrong word in the configuration": Break(
        check=check_reading, path=CONFIGURATION, change={"data": {"url": "https://canary.elsewhere"}},
        message="found otherwise: database_credentials, database_host, .*, url",
    ),
    "any namespace": Break(
        check=check_service_account, path=POD, change={"bound_service_account_namespaces": ["*"]},
        message="expected canary of another namespace to be refused, found it let in",
    ),
    "another service account": Break(
        check=check_service_account, path=POD, change={"bound_service_account_names": ["canari"]},
        message="expected the service account canary to be let in, Vault says 403",
    ),
    "a pod with a workflow's policy": Break(
        check=check_service_account, path=POD, change={"token_policies": ["canary-ops"]},
        message=r"expected the role canary to give \['canary', 'default'\], found",
    ),
    "a pod without its database": Break(
        check=check_service_account, path=RUNTIME,
        change={"policy": 'path "kvv2/data/canary/*" { capabilities = ["read"] }'},
        message=r"expected the running canary to have \['read'\] on postgres/creds/canary, found \['deny'\]",
    ),
    "a user that is not the owner": Break(
        check=check_user, path=USERS, change={"creation_statements": [*creation_statements("canary_role")[:2]]},
        message="expected the user to be canary_role, found",
    ),
    "a user of another application": Break(
        check=check_user, path=USERS, change={"creation_statements": [*creation_statements("erp_role")]},
        message="permission denied",
    ),
    "an end that is none": Break(
        check=check_user, path=USERS, change={"revocation_statements": ["SELECT 1"]},
        message="expected the session of a revoked user to be ended, found it alive",
    ),
    "the cluster's storage from any namespace": Break(
        check=check_volume_key, path=STORAGE, change={"bound_service_account_namespaces": ["*"]},
        message="expected volume-backups of another namespace to be refused, found it let in",
    ),
    "the cluster's storage without its key": Break(
        check=check_volume_key, path="sys/policies/acl/volume-backups", change={"policy": 'path "other" {}'},
        message="expected longhorn-system/volume-backups to read kvv1/google/gcs/arcodange-backup, Vault says 403",
    ),
    "a policy by hand": Break(
        check=check_names, path="sys/policies/acl/by-hand", change={"policy": EVERYTHING},
        message="sys/policies/acl: missing none; not of the design by-hand",
    ),
}  # fmt: skip


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS.keys())
def test_what_is_broken_is_noticed(edge: Edge, broken: Break) -> None:
    """The check says what is wrong; before and afterwards it passes."""
    broken.check(edge)

    with _changed(edge, broken), pytest.raises((CheckFailedError, psycopg.Error), match=broken.message):
        broken.check(edge)

    broken.check(edge)


def test_rule_on_branches_would_be_noticed(edge: Edge) -> None:
    """With a role that is bound to the main branch the check passes; without one it does not."""
    bound = Break(
        check=check_branches, path=WORKFLOW, message="",
        change={"bound_claims": {"preferred_username": "ci-canary", "ref": "refs/heads/main"}},
    )  # fmt: skip

    with _changed(edge, bound):
        with_rule = check_branches(edge)

    assert with_rule is None
    assert isinstance(check_branches(edge), NotEnforceable)


def test_token_of_the_main_branch_that_is_refused_is_noticed(edge: Edge) -> None:
    """A role that lets no branch in fails."""
    bound = Break(
        check=check_branches, path=WORKFLOW, message="",
        change={"bound_claims": {"preferred_username": "ci-canary", "ref": "refs/heads/other"}},
    )  # fmt: skip

    with _changed(edge, bound), pytest.raises(CheckFailedError, match="expected a token of the main branch to be let"):
        check_branches(edge)


@contextmanager
def _changed(edge: Edge, broken: Break) -> Iterator[None]:
    """Change one object of Vault, and put it back."""
    with edge.as_root() as client:
        answer = client.get(broken.path)
        before = answer.json()["data"] if answer.is_success else None
        kept = {key: value for key, value in (before or {}).items() if key != "metadata"}
        client.put(broken.path, json={**kept, **broken.change}).raise_for_status()
        try:
            yield
        finally:
            if before is None:
                client.delete(broken.path).raise_for_status()
            else:
                client.put(broken.path, json=kept).raise_for_status()
