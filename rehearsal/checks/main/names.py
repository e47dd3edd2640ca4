"""Whether Vault holds the objects of the design under their names, and no others."""

from collections.abc import Iterable, Mapping

import httpx

from rehearsal.checks.main.client_names import names_of
from rehearsal.lab import expect
from rehearsal.main.edge import Edge

ENGINES = ("kvv1/", "kvv2/", "transit/", "postgres/")
LOGINS = ("gitea_jwt/", "kubernetes/")
OWN_ROLES = frozenset({"gitea_cicd", "gitea_cicd_plan"})
BACKUP_ROLES = frozenset({"snapshot", "volume-backups"})
OPERATOR_KEY = "secrets-operator"
BUILT_IN = frozenset({"sys/", "identity/", "cubbyhole/", "token/", "default", "root"})


def check_names(edge: Edge) -> None:
    """Prove that each list of Vault has exactly the names by which clients know its objects."""
    wanted, found = wanted_names(edge), found_names(edge)
    faults = [
        f"{place}: missing {', '.join(sorted(names - found[place])) or 'none'}; "
        f"not of the design {', '.join(sorted(found[place] - names)) or 'none'}"
        for place, names in wanted.items()
        if names != found[place]
    ]
    expect(not faults, "expected exactly the names of the design, found otherwise in\n" + "\n".join(faults))


def wanted_names(edge: Edge) -> Mapping[str, set[str]]:
    """Return the place of each list and the names that belong there."""
    apps = [names_of(app) for app in edge.settings.apps]
    with_database = {app.instance for app in apps} - {*edge.settings.without_database}
    instances = {app.instance for app in apps}
    return {
        "sys/mounts": {*ENGINES},
        "sys/auth": {*LOGINS},
        "sys/policies/acl": instances
        | {app.workflow_policy for app in apps}
        | {*OWN_ROLES, *BACKUP_ROLES, *edge.settings.shared_policies},
        "auth/gitea_jwt/role": {app.workflow_role for app in apps} | OWN_ROLES,
        "auth/kubernetes/role": {*instances, *BACKUP_ROLES},
        "postgres/config": with_database,
        "postgres/roles": with_database,
        "transit/keys": {OPERATOR_KEY},
        "kvv2/metadata": {f"{instance}/" for instance in instances},
    }


def found_names(edge: Edge) -> Mapping[str, set[str]]:
    """Return the same places with the names that are there."""
    with edge.as_root() as client:
        return {place: _listed(client, place) - BUILT_IN for place in wanted_names(edge)}


def _listed(client: httpx.Client, place: str) -> set[str]:
    if place in {"sys/mounts", "sys/auth"}:
        return {*client.get(place).raise_for_status().json()["data"]}
    answer = client.request("LIST", place)
    # An empty list and a missing engine are both "not found".
    if answer.status_code == httpx.codes.NOT_FOUND:
        return set()
    names: Iterable[str] = answer.raise_for_status().json()["data"]["keys"]
    return {*names}
