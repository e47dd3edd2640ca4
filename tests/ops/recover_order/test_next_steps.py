"""From findings to the gate that is worked at, as values."""

import dataclasses

import pytest

from ops.recover_assess.cluster_answer import ClusterAnswer
from ops.recover_assess.host_answer import HostAnswer
from ops.recover_assess.lab_found import LabFound
from ops.recover_order.next_steps import next_steps
from ops.recover_order.passage import Passage
from ops.recover_order.step import Deed, Step
from ops.runbook.read_page import PAGES
from provider.vault_seal.seal_case import SealCase
from tests.ops.recover_assess.test_advise import WELL

CRASHED = {"erp/web-0": "CrashLoopBackOff", "shop/web-0": "CrashLoopBackOff"}
OUT = frozenset({"tools/default"})


def lab(
    *,
    hosts: dict[str, HostAnswer | str] | None = None,
    vault: SealCase | str = SealCase.UNSEALED,
    **cluster: object,
) -> LabFound:
    """Return the lab that is well, but for this."""
    assert isinstance(WELL.cluster, ClusterAnswer)
    told = dataclasses.replace(WELL.cluster, **cluster)  # type: ignore[arg-type] # fields of a dataclass by name
    return dataclasses.replace(WELL, hosts={**WELL.hosts, **(hosts or {})}, vault=vault, cluster=told)


def gates(found: LabFound) -> list[str]:
    """Return the gates that are closed, each with its deed."""
    return [f"{step.gate}: {step.deed or ('by hand' if step.by_hand else 'wait')}" for step in next_steps(found)]


def test_a_lab_that_is_well_has_no_closed_gate() -> None:
    """Nothing is done to it, and its ERP runs on."""
    assert gates(lab(replicas={"erp": 1})) == []


def test_all_of_them_in_their_order() -> None:
    """Longhorn, Vault, the login of the Secrets Operator, what crashed; the ERP is no gate before that."""
    found = lab(
        hosts={
            "pi2": dataclasses.replace(HostAnswer(), projects={"postgres": "running (starting)"}),
            "pi3": "no route",
        },
        vault=SealCase.SEALED,
        nodes={"pi1": True, "pi3": False},
        volumes={"pvc-7b1f0c52-5a3e-4c1d-9a55-0d6c1f2e3a4b": "faulted"},
        pods=CRASHED,
        logged_out=OUT,
        replicas={"erp": 2, "shop": 1},
    )

    assert gates(found) == [
        "the ERP waits: hold erp", "hosts: wait", "what the hosts run: wait", "nodes: wait", "Longhorn: wait",
        "Vault: unseal", "the Secrets Operator: log in tools", "shop: restart shop",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "first"),
    [
        (lab(vault=SealCase.SEALED, replicas={"erp": 0}, held=frozenset({"erp"})), "Vault: unseal"),
        (lab(vault=SealCase.WIPED), "Vault: by hand"),
        (lab(vault="no answer"), "Vault: wait"),
        (lab(volumes={}), "Longhorn: by hand"),
        (lab(fault="its API does not answer"), "nodes: wait"),
        (lab(hosts={"pi2": HostAnswer(mounted=False)}), "disks: by hand"),
        (lab(logged_out=OUT, replicas={"erp": 0}, held=frozenset({"erp"})), "the Secrets Operator: log in tools"),
        (lab(pods={"tools/vault-secrets-operator-1": "Error"}), "the Secrets Operator: log in tools"),
        (lab(pods={"shop/web-0": "ContainerCreating"}), "shop: wait"),
        (lab(replicas={"erp": 0}, held=frozenset({"erp"})), "the ERP: release erp"),
        (lab(pods={"erp/web-0": "CrashLoopBackOff"}), "the ERP: restart erp"),
        (lab(pods={"erp/web-0": "Pending"}), "the ERP: wait"),
    ],
    ids=[
        "sealed", "wiped", "silent", "no objects", "no API", "no disk", "logged out", "operator", "starting", "held",
        "ERP crashed", "ERP starts",
    ],
)  # fmt: skip
def test_first_gate(found: LabFound, first: str) -> None:
    """What is worked at next."""
    assert gates(found)[0] == first


def test_an_authority_that_stands_by_is_no_closed_gate() -> None:
    """Two active ones would each know half of what was issued; the one of the role must run."""
    stopped = HostAnswer(units={"step-ca.service": "inactive"})

    assert gates(lab(hosts={"pi3": stopped})) == []
    assert gates(lab(hosts={"pi1": stopped})) == ["what the hosts run: wait"]


def test_each_page_is_there() -> None:
    """Whoever stands at a gate is led to a page that exists."""
    found = [lab(vault=SealCase.WIPED), lab(volumes={}), lab(fault="x"), lab(pods=CRASHED), lab(logged_out=OUT)]
    pages = {step.page for each in found for step in next_steps(each)}

    assert [page for page in pages if not (PAGES / page).is_file()] == []


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def test_a_passage_knows_gates_and_deeds() -> None:
    """Each deed once in a run; seconds by gate; too long is told; a hold that did not last blocks nothing."""
    clock = Clock()
    passage = Passage(patience=10, clock=clock)
    hold = Step(gate="the ERP waits", closed=["erp"], deed=Deed(kind="hold", space="erp"))
    vault = Step(gate="Vault", closed=["sealed"], deed=Deed(kind="unseal"))

    assert passage.first_of([hold, vault]) == hold
    assert passage.comes_to(hold)
    assert passage.deed_of(hold) == hold.deed
    assert passage.first_of([hold, vault]) == vault
    clock.now = 3
    assert passage.comes_to(vault)
    assert not passage.comes_to(vault)
    assert passage.deed_of(vault) == vault.deed
    assert passage.deed_of(vault) is None
    over = []
    for clock.now in (13, 14):
        over.append(passage.is_over)
    assert over == [False, True]
    passage.open()
    assert passage.gates == {"the ERP waits": 3.0, "Vault": 11.0}
    assert passage.first_of([]) is None
