"""The resolvers on three machines: what they answer, what is repaired, and how long nobody answers."""

import threading
from collections.abc import Callable, Iterator

import pytest
from pydantic import JsonValue

from hosts.layers.dns import LAYER as DNS
from hosts.layers.docker import LAYER as DOCKER
from hosts.layers.resolver import LAYER as RESOLVER
from hosts.worker.errors import WorkerError
from rehearsal.failover.failures import Resolvers, failover_checks
from rehearsal.failover.name_probe import asking
from rehearsal.images.build import build
from rehearsal.images.pihole.recipe import pihole_image
from rehearsal.machines.machines import Machines
from rehearsal.registry import Registry
from rehearsal.servers.certificate import throw_away_certificate
from tests.hosts.on_machine import on_machine

pytestmark = pytest.mark.slow

SHARED = "10.77.0.210"
TAG = "test"
GIVEN = {"web_password": "a-word-of-the-test"}
RECORD = "gitea.lab.test"
Settings = dict[str, JsonValue]
CHECKS = {
    name: check for name, check in failover_checks() if "container" in name or "parted" in name
}  # the others take as long again, and each rehearsal runs all of them


@pytest.fixture(scope="module")
def mirror(lab: Machines) -> Iterator[str]:
    """Serve the stand-in for Pi-hole inside the lab."""
    registry = Registry((lab.gateway, 5000), [build(pihole_image(TAG))], network=lab.network)
    threading.Thread(target=registry.serve_forever, daemon=True).start()
    yield f"http://{lab.gateway}:{registry.server_port}"
    registry.shutdown()
    registry.server_close()


@pytest.fixture(scope="module")
def resolvers(lab: Machines, mirror: str) -> Resolvers:
    """Give pi1 and pi3 Docker and a resolver, and let all three ask them; each applied twice."""
    _, certificate = throw_away_certificate(lab.gateway)
    docker: Settings = {"source": "debian", "mount": "/var/lib", "registry_mirrors": [mirror]}

    def make(name: str) -> None:
        with on_machine(lab, lab[name], DOCKER, settings=docker, given={"root_certificate": certificate}) as work:
            work.apply()
        with on_machine(lab, lab[name], DNS, settings=dns(lab, name), given=GIVEN) as work:
            assert "Run Pi-hole" in work.apply().done
            assert work.apply().done == ()

    side_by_side(make, "pi1", "pi3")
    for name in ("pi1", "pi2", "pi3"):
        with on_machine(lab, lab[name], RESOLVER, settings=resolver(lab)) as work:
            assert work.apply().done == ("Make sure that the lab's resolvers answer", "Ask the lab's resolvers")
            assert work.apply().done == ()
    return Resolvers(machines=lab, holder="pi1", other="pi3", asker="pi2", name=RECORD, address=SHARED)


def side_by_side(work: Callable[[str], None], *names: str) -> None:
    """Work on several machines at a time, and fail when one does."""
    failed: list[BaseException] = []

    def guarded(name: str) -> None:
        try:
            work(name)
        except BaseException as error:  # noqa: BLE001 - raised again below, in the thread of the test
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def dns(lab: Machines, name: str) -> Settings:
    """Return the settings of one resolver."""
    other = "pi3" if name == "pi1" else "pi1"
    return {
        "image": f"pihole/pihole:{TAG}",
        "upstreams": [lab.gateway],
        "domain": "lab.test",
        "wildcard": lab["pi1"].address,
        "records": {RECORD: lab["pi2"].address},
        "data": "/srv/pihole",
        "shared": {
            "address": SHARED, "interface": "eth0", "own": lab[name].address, "other": lab[other].address,
            "priority": 100 if name == "pi1" else 50,
        },
    }  # fmt: skip


def resolver(lab: Machines) -> Settings:
    """Return the settings of who asks."""
    return {"servers": [SHARED, lab["pi1"].address, lab["pi3"].address], "probe": RECORD}


def answers(resolvers: Resolvers, *question: str) -> str:
    """Return what the shared address answers to dig on pi1."""
    command = f"dig +noall +answer +comments @{SHARED} {' '.join(question)} | grep -v '^;; [^-]'"
    return resolvers.machines["pi1"].run(command).stdout


def test_records_and_wildcard(resolvers: Resolvers) -> None:
    """A record has its own address, every other name below the domain the wildcard's, and no kind of question leaks."""
    assert answers(resolvers, RECORD).strip().endswith("A\t10.77.0.202")
    assert answers(resolvers, "anything.lab.test").strip().endswith("A\t10.77.0.201")
    for kind in ("AAAA", "HTTPS"):
        assert "status: NOERROR" in answers(resolvers, "anything.lab.test", kind)
    assert (
        resolvers.machines["pi2"].run(f"getent --service=hosts:dns ahostsv4 {RECORD}").stdout.startswith("10.77.0.202")
    )


@pytest.mark.parametrize("check", CHECKS)
def test_losing_one_resolver(resolvers: Resolvers, check: str) -> None:
    """Whatever becomes of the holder, a program waits no longer than 5 s for a name, and its return costs nothing."""
    print(check, CHECKS[check](resolvers))  # noqa: T201 - the figures are the point


def test_drift_is_named_and_repaired(resolvers: Resolvers) -> None:
    """A killed container, changed keepalived settings and a stopped keepalived are each found by name."""
    lab = resolvers.machines
    with on_machine(lab, lab["pi3"], DNS, settings=dns(lab, "pi3"), given=GIVEN) as work:
        lab["pi3"].run("sudo docker kill $(sudo docker ps -q); sudo systemctl stop keepalived")
        assert work.read().pending == ("Run Pi-hole", "Share the address of the resolvers")
        lab["pi3"].run("echo '# by hand' | sudo tee -a /etc/keepalived/keepalived.conf")
        expected = ("Run Pi-hole", "Configure the shared address", "Share the address of the resolvers")
        assert work.read().pending == expected
        assert work.apply().done == expected
        assert work.apply().done == ()


def test_both_changed_at_once_leave_no_gap(resolvers: Resolvers) -> None:
    """Where both resolvers are made again by one run, one answers while the other is silent."""
    lab = resolvers.machines

    def change(name: str) -> None:
        settings: Settings = {**dns(lab, name), "upstreams": ["192.0.2.53"]}
        with on_machine(lab, lab[name], DNS, settings=settings, given=GIVEN) as work:
            lab[name].run("echo '# by hand' | sudo tee -a /etc/keepalived/keepalived.conf")
            assert "Run Pi-hole" in work.apply().done

    resolvers.wait_for("pi1")
    with asking(lab["pi2"], RECORD, address=SHARED) as probe:
        side_by_side(change, "pi1", "pi3")
    assert (probe.failed, probe.gap < 2, probe.address_gap < 2) == (0, True, True), str(probe)


def test_password_is_nowhere_but_in_its_file(resolvers: Resolvers) -> None:
    """The password is in no Compose file, no container's settings, no process list."""
    for command in ("cat /opt/factory/dns/compose.yaml", "docker inspect $(sudo docker ps -q)", "ps -ef"):
        assert GIVEN["web_password"] not in resolvers.machines["pi1"].run(f"sudo {command}").stdout
    assert resolvers.machines["pi1"].run("sudo stat -c %a /opt/factory/dns/secrets/web_password").stdout == "600\n"


def test_host_keeps_its_resolvers_until_others_answer(resolvers: Resolvers) -> None:
    """Where a resolver does not answer, the host says which one, and goes on to ask those that it knew."""
    lab = resolvers.machines
    settings: Settings = {**resolver(lab), "servers": [SHARED, lab["pi1"].address, lab["pi2"].address]}
    before = lab["pi2"].run("sha256sum /etc/resolv.conf").stdout
    with on_machine(lab, lab["pi2"], RESOLVER, settings=settings) as work:
        with pytest.raises(WorkerError, match=f"{lab['pi2'].address}: expected an address for {RECORD}, found none"):
            work.apply()
        assert lab["pi2"].run("sha256sum /etc/resolv.conf").stdout == before
