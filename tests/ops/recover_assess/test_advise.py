"""From findings to advice, as values."""

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from ops.recover_assess import advise as rules
from ops.recover_assess.advice import Advice
from ops.recover_assess.advise import advise
from ops.recover_assess.cluster_answer import ClusterAnswer
from ops.recover_assess.host_answer import HostAnswer, Room
from ops.recover_assess.lab_found import LabFound
from ops.runbook.known_words import word_faults
from ops.runbook.read_page import PAGES
from provider.vault_seal.seal_case import SealCase

NOW = dt.datetime(2026, 1, 31, 4, tzinfo=dt.UTC)
VOLUME = "pvc-7b1f0c52-5a3e-4c1d-9a55-0d6c1f2e3a4b"
SERVES = {"postgres": "running (healthy)", "pgbouncer": "running (healthy)", "gitea": "running (healthy)"}
ANSWER = HostAnswer(names={"gitea": "192.168.1.202"}, rooms={"/mnt/arcodange": Room(size=1000, free=500)})
PI1 = dataclasses.replace(
    ANSWER, units={"step-ca.service": "active", "k3s.service": "active"}, projects={"dns": "running"}
)
PI2 = dataclasses.replace(ANSWER, projects=SERVES, databases=frozenset({"postgres", "erp"}))
CLUSTER = ClusterAnswer(
    nodes={"pi1": True, "pi2": True, "pi3": True}, kept=frozenset({VOLUME}), volumes={VOLUME: "healthy"}
)
WELL = LabFound(
    asked_at=NOW,
    hosts={"pi1": PI1, "pi2": PI2, "pi3": ANSWER},
    cluster=CLUSTER,
    vault=SealCase.UNSEALED,
    dump=False,
    authority="pi1",
    foundations="pi2",
    server="pi1",
    databases=frozenset({"erp"}),
    addresses={"pi1": "192.168.1.201", "pi2": "192.168.1.202", "pi3": "192.168.1.203"},
)


def hosts(**changed: HostAnswer | str) -> LabFound:
    """Return the lab that is well, but for these hosts."""
    return dataclasses.replace(WELL, hosts={**WELL.hosts, **changed})


def cluster(**changed: object) -> LabFound:
    """Return the lab that is well, but for this of the cluster."""
    return dataclasses.replace(WELL, cluster=dataclasses.replace(CLUSTER, **changed))  # type: ignore[arg-type] # fields of a dataclass by name


def test_a_lab_that_is_well_needs_nothing() -> None:
    """No advice, so that advice means something."""
    assert [*advise(WELL)] == []


CASES: Mapping[str, tuple[LabFound, str, str]] = {
    "all silent": (
        hosts(pi1="no route", pi2="no route", pi3="no route"),
        "no host answers: power, or the network up to here; recover-lab-lost.md when all are lost for good",
        "recover-power-cut.md",
    ),
    "foundations silent": (
        hosts(pi2="no route"),
        "pi2 is away: give it power and network; only what is lost for good is recovered by its page",
        "recover-disk-lost.md",
    ),
    "disk not there": (
        hosts(pi2=dataclasses.replace(PI2, mounted=False, projects={}, databases=None)),
        "the data disk of pi2 is not there",
        "recover-disk-lost.md",
    ),
    "disk full": (
        hosts(pi3=dataclasses.replace(ANSWER, rooms={"/": Room(size=1000, free=99)})),
        "a disk of pi3 is full, or soon",
        "replace-a-host.md",
    ),
    "names": (
        hosts(pi3=dataclasses.replace(ANSWER, names={"gitea": ""})),
        "names of the lab do not resolve",
        "dns.md",
    ),
    "authority": (
        hosts(pi1=dataclasses.replace(PI1, units={"step-ca.service": "failed", "k3s.service": "active"})),
        "the certificate authority does not run",
        "certificates.md",
    ),
    "certificate": (
        hosts(pi3=dataclasses.replace(ANSWER, certificates={"tls.crt": NOW + dt.timedelta(days=13)})),
        "certificates of pi3 are not renewed",
        "certificates.md",
    ),
    "database": (
        hosts(pi2=dataclasses.replace(PI2, projects={**SERVES, "postgres": "restarting"}, databases=None)),
        "the databases do not answer",
        "recover-disk-lost.md",
    ),
    "database without data": (
        hosts(pi2=dataclasses.replace(PI2, databases=frozenset({"postgres"}))),
        "the database server serves, and has not what it had",
        "recover-disk-lost.md",
    ),
    "forge": (
        hosts(pi2=dataclasses.replace(PI2, projects={**SERVES, "gitea": "running (unhealthy)"})),
        "the forge does not answer",
        "recover-forge-lost.md",
    ),
    "cluster": (
        dataclasses.replace(WELL, cluster=ClusterAnswer(fault="its API does not answer")),
        "the cluster does not answer",
        "upgrade-k3s.md",
    ),
    "node": (
        cluster(nodes={"pi1": True, "pi3": False}),
        "pi3 answers, and is no node that is ready",
        "power-cut.md",
    ),
    "objects wiped": (
        dataclasses.replace(cluster(volumes={}), dump=True),
        "volume objects are gone, a dump is here",
        "recover-objects-wiped.md",
    ),
    "volumes lost": (
        dataclasses.replace(
            hosts(pi3=dataclasses.replace(ANSWER, replicas=(f"{VOLUME}-0a1b2c3d",))),
            cluster=dataclasses.replace(CLUSTER, volumes={}, kept=frozenset()),
        ),
        f"the objects of {VOLUME} are gone, and no dump is here",
        "recover-volumes-lost.md",
    ),
    "volume gone": (
        cluster(volumes={}),
        f"{VOLUME} is gone from Longhorn and from the disks that answer",
        "backup.md",
    ),
    "volume faulted": (
        cluster(volumes={VOLUME: "faulted"}),
        "volumes have no replica that can be used",
        "recover-merge.md",
    ),
    "wiped": (dataclasses.replace(WELL, vault=SealCase.WIPED), "Vault has lost its data", "recover-vault-lost.md"),
    "sealed": (dataclasses.replace(WELL, vault=SealCase.SEALED), "Vault is sealed", "recover-vault-sealed.md"),
    "keys missing": (
        dataclasses.replace(WELL, vault=SealCase.KEYS_MISSING),
        "Vault does not serve as it should",
        "unseal.md",
    ),
    "claim": (cluster(claims={"erp/data": "Pending"}), "claims have no volume", "recover-objects-wiped.md"),
    "pod": (cluster(pods={"erp/erp-0": "CrashLoopBackOff"}), "pods in erp do not run", "recover-vault-sealed.md"),
}


@pytest.mark.parametrize("name", CASES)
def test_each_case_is_told_apart(name: str) -> None:
    """What is wrong with one thing gives one advice: its case, its page, and commands that can be typed."""
    found, case, page = CASES[name]

    (advice,) = advise(found)

    assert (advice.case, advice.page) == (case, page)
    assert all(advice.because)
    assert [fault for command in advice.commands for fault in word_faults(command)] == []


def test_after_a_power_cut_one_thing_follows_another() -> None:
    """Names before volumes, volumes before Vault, Vault before its operator, and the ERP last."""
    found = dataclasses.replace(
        hosts(pi3=dataclasses.replace(ANSWER, names={"gitea": ""})),
        cluster=dataclasses.replace(
            CLUSTER,
            volumes={},
            pods={
                "erp/erp-1": "CrashLoopBackOff",
                "tools/vault-0": "Running",
                "tools/operator-1": "CrashLoopBackOff",
                "webapp/webapp-1": "CrashLoopBackOff",
            },
        ),
        dump=True,
        vault=SealCase.SEALED,
    )

    assert [advice.case for advice in advise(found)] == [
        "names of the lab do not resolve",
        "volume objects are gone, a dump is here",
        "Vault is sealed",
        "pods in tools do not run",
        "pods in webapp do not run",
        "pods in erp do not run",
    ]


def test_a_silent_host_hides_nothing() -> None:
    """What a silent host would have said is not taken for missing: no database is called lost because of it."""
    found = dataclasses.replace(hosts(pi1="no route"), cluster=None, vault="no answer")

    assert [advice.page for advice in advise(found)] == ["recover-authority-lost.md", "unseal.md"]


def test_every_page_exists() -> None:
    """No advice leads nowhere."""
    named = set(re.findall(r'"([a-z0-9-]+\.md)"', Path(rules.__file__).read_text(encoding="utf-8")))

    assert named
    assert [page for page in sorted(named) if not (PAGES / page).exists()] == []


def test_the_commands_of_a_page_are_for_the_volume() -> None:
    """Each lost volume is recovered by itself, under its own name."""
    found, *_ = CASES["volumes lost"]

    (advice,) = advise(found)

    assert isinstance(advice, Advice)
    assert advice.names == {"VOLUME": VOLUME}
