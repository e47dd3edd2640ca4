"""What may not start before Vault is unsealed, handed to a real API server."""

import json
import time
from collections.abc import Iterator

import pytest
from pydantic import JsonValue

from hosts.cluster.manifest import manifest
from hosts.cluster.vault import NAMESPACE, PORT, SERVICE
from hosts.cluster.vault_first import HEALTH, WAITS, vault_first
from rehearsal.checks.cluster.vault_first import IN_CLUSTER, MESSAGE, waiting_containers, workload
from rehearsal.servers.kubernetes import KubernetesServer
from rehearsal.servers.own_folder import own_folder

SECONDS = 30
IDLE: list[JsonValue] = [{"name": "wait-for-vault", "image": "a", "command": ["sleep", "60"]}]
"""One of the right name, which asks nothing."""


def test_nothing_waits_where_nothing_is_named() -> None:
    """Without an application that waits there is no policy, which would otherwise match every namespace or none."""
    assert vault_first(()) == []
    assert [one["kind"] for one in vault_first(("erp",))] == [
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
    ]


@pytest.fixture(scope="module")
def kubernetes() -> Iterator[KubernetesServer]:
    """Run a server with the policy for one of two namespaces, and wait until it is in force."""
    with own_folder() as folder, KubernetesServer(folder=folder / "kubernetes") as running:
        for name in ("erp", "webapp"):
            running.kubectl("create", "namespace", name)
        assert running.apply(json.dumps(workload("erp", waits=None))).returncode == 0
        assert running.apply(manifest(vault_first(("erp",)))).returncode == 0
        deadline = time.monotonic() + SECONDS
        while refusal(running, workload("erp", waits=IDLE)) == "":
            assert time.monotonic() < deadline, "the policy did not come into force"
            time.sleep(0.5)
        yield running


def refusal(kubernetes: KubernetesServer, one: JsonValue) -> str:
    """Return why *one* is refused; nothing when it is taken."""
    done = kubernetes.apply(json.dumps(one), keep=False)
    return done.stderr if done.returncode else ""


@pytest.mark.long  # the first time its programs are built, which takes minutes
def test_a_workload_that_would_not_wait_is_refused(kubernetes: KubernetesServer) -> None:
    """One without the init container, and one whose init container asks nothing, are refused with what is expected."""
    new = "another"

    assert MESSAGE in refusal(kubernetes, workload("erp", waits=None, name=new))
    assert MESSAGE in refusal(kubernetes, workload("erp", waits=IDLE, name=new))
    assert refusal(kubernetes, workload("erp", waits=waiting_containers(), name=new)) == ""


@pytest.mark.long
def test_one_that_was_there_can_be_held_back_and_not_be_changed(kubernetes: KubernetesServer) -> None:
    """A workload from before the policy may be noted on and scaled, which a recovery does; its pods may not change."""
    for words in (("annotate", "deployment", "canary", "held=1"), ("scale", "deployment", "canary", "--replicas=0")):
        done = kubernetes.kubectl("--namespace=erp", *words)
        assert done.returncode == 0, done.stderr
    image = ("set", "image", "deployment", "canary", "canary=other", "--dry-run=server")

    assert MESSAGE in kubernetes.kubectl("--namespace=erp", *image).stderr


@pytest.mark.long
def test_others_need_not_wait(kubernetes: KubernetesServer) -> None:
    """A namespace that is not named takes a workload without an init container."""
    assert refusal(kubernetes, workload("webapp", waits=None)) == ""


def test_the_page_is_read_as_it_stands() -> None:
    """What is tried is the init container of the page, which asks until Vault answers."""
    (waits,) = waiting_containers()

    assert isinstance(waits, dict)
    assert waits["name"] == WAITS
    assert f"https://{SERVICE}.{NAMESPACE}.svc:{PORT}" == IN_CLUSTER
    assert f"{IN_CLUSTER}{HEALTH}; do sleep" in json.dumps(waits["command"])
