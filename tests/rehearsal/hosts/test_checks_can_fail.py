"""Each check of the machines, before something that was broken for it."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import yaml

from hosts.layers.gitea_admin import PSQL
from rehearsal.check_list import CheckFailedError
from rehearsal.checks.hosts import by_other_means as state
from rehearsal.checks.hosts import runs
from rehearsal.checks.hosts.cuts import check_bare
from rehearsal.checks.hosts.drift import HostDrift, HostDriftRound
from rehearsal.checks.hosts.layer_cut import LayerCut, Loss, cut_inside, expect_seen
from rehearsal.failover.failures import Resolvers, failover_checks
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.machines.machine import Machine, MachineError
from rehearsal.machines.system_command import SystemCommandError

pytestmark = pytest.mark.long

FSTAB = "/etc/fstab"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
UPDATE = "UPDATE public.\"user\" SET is_admin = {value} WHERE lower_name = 'arcodange'"
UNTIL_SETTLED = (
    "until ! systemctl is-system-running | grep -qE 'initializing|starting' && "
    '[ -z "$(docker ps --quiet --filter health=starting)" ]; do sleep .2; done'
)


def _gitea_admin(*, value: str) -> str:
    return f"{PSQL} <<'END'\n{UPDATE.format(value=value)}\nEND"


@dataclass(frozen=True, kw_only=True)
class Break:
    """One thing that is broken on a machine, and how it is mended."""

    check: Callable[[HostsLab], None]
    """The check that must fail."""
    machine: str
    breaking: str
    """Breaks it, as root."""
    mending: str
    """Mends it, as root."""
    message: str
    """What the check must say."""


BREAKS = {
    "another host name": Break(
        check=state.check_base,
        machine="pi3",
        breaking="hostname other",
        mending="hostname pi3",
        message="pi3: expected `hostname` to say 'pi3', found 'other'",
    ),
    "another time zone": Break(
        check=state.check_base,
        machine="pi2",
        breaking="ln -sfn /usr/share/zoneinfo/Asia/Tokyo /etc/localtime",
        mending="ln -sfn /usr/share/zoneinfo/Europe/Paris /etc/localtime",
        message="to say 'Europe/Paris', found 'Asia/Tokyo'",
    ),
    "passwords log in": Break(
        check=state.check_base,
        machine="pi1",
        breaking="echo PasswordAuthentication yes >/etc/ssh/sshd_config.d/00-a.conf",
        mending="rm /etc/ssh/sshd_config.d/00-a.conf",
        message="pi1: expected `sudo sshd -T",
    ),
    "a host has another address": Break(
        check=state.check_base,
        machine="pi3",
        breaking="sed -i 's/^10.77.0.202 /10.77.0.209 /' /etc/hosts",
        mending="sed -i 's/^10.77.0.209 /10.77.0.202 /' /etc/hosts",
        message="to say '10.77.0.202', found '10.77.0.209'",
    ),
    "a start waits for the disk": Break(
        check=state.check_disks,
        machine="pi2",
        breaking=f"cp -a {FSTAB} /root/kept && sed -i 's/nofail/defaults/' {FSTAB}",
        mending=f"mv /root/kept {FSTAB}",
        message="pi2: expected `findmnt --fstab",
    ),
    "the disk is not mounted": Break(
        check=state.check_disks,
        machine="pi3",
        breaking="mount -t tmpfs none /mnt/arcodange",
        mending="umount /mnt/arcodange",
        message="pi3: expected `findmnt -rno FSTYPE,LABEL /mnt/arcodange` to say 'ext4 arcodange'",
    ),
    "Docker does not run": Break(
        check=state.check_docker,
        machine="pi3",
        breaking="systemctl stop docker.socket docker.service 2>/dev/null",
        mending=f"systemctl start docker.service; {UNTIL_SETTLED}",
        message="to say '/mnt/arcodange/docker', found ''",
    ),
    "a name leads elsewhere": Break(
        check=state.check_names,
        machine="pi2",
        breaking="echo 192.0.2.1 gitea.arcodange.lab >>/etc/hosts",
        mending="sed -i '/gitea.arcodange.lab/d' /etc/hosts",
        message="found '192.0.2.1'",
    ),
    "another resolver is asked first": Break(
        check=state.check_names,
        machine="pi3",
        breaking="cp -a /etc/resolv.conf /root/kept; sed -i '0,/10.77.0.200/s//192.0.2.1/' /etc/resolv.conf",
        mending="mv /root/kept /etc/resolv.conf",
        message="to say '10.77.0.200', found '192.0.2.1'",
    ),
    "the root is not trusted": Break(
        check=state.check_trust,
        machine="pi2",
        breaking=f"mv {BUNDLE} /root/kept; : >{BUNDLE}",
        mending=f"mv /root/kept {BUNDLE}",
        message="pi2: expected `curl",
    ),
    "the administrator is none": Break(
        check=state.check_gitea,
        machine="pi2",
        breaking=_gitea_admin(value="false"),
        mending=_gitea_admin(value="true"),
        message="expected https://gitea.arcodange.lab/api/v1/user to know the administrator",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_check_fails_when_its_object_is_broken(up: HostsLab, name: str) -> None:
    """The check fails with its sentence once something is broken; that it passes again is proved for all in the end."""
    broken = BREAKS[name]
    machine = up.machines[broken.machine]
    machine.run("sudo sh -s", given=broken.breaking)
    try:
        with pytest.raises(CheckFailedError) as failure:
            broken.check(up)
    finally:
        machine.run("sudo sh -s", given=broken.mending)

    assert broken.message in str(failure.value)


LEAKS = {
    "a process list": ("sh -c 'sleep 30; : {word}' >/dev/null 2>&1 &", "pkill -f '[s]leep 30; :'"),
    "a file that others read": ("echo {word} >/etc/leak", "rm /etc/leak"),
    "a container's settings": (
        "docker create --name leak --env WORD={word} $(docker images --quiet | head -1) >/dev/null",
        "docker rm leak >/dev/null",
    ),
    "the journal": ("logger {word}; journalctl --sync", "journalctl --rotate; journalctl --quiet --vacuum-time=1s"),
}


@pytest.mark.parametrize("place", LEAKS)
def test_password_that_is_seen_is_noticed(up: HostsLab, place: str) -> None:
    """A generated password that stands where it must not is found, and the place named."""
    leak, mend = LEAKS[place]
    machine = up.machines["pi3"]
    machine.run("sudo sh -s", given=leak.format(word=up.stack.secret_output("gitea_administrator_password")))
    try:
        with pytest.raises(CheckFailedError, match=f"pi3: found a generated password in {place}"):
            state.check_passwords(up)
    finally:
        machine.run("sudo sh -s", given=mend)


def test_file_that_was_edited_is_noticed(up: HostsLab) -> None:
    """A machine that is not as declared is named, with what differs in which file."""
    up.machines["pi1"].run("sudo sh -c 'echo \"# by hand\" >>/etc/hosts'")

    with pytest.raises(CheckFailedError) as failure:
        runs.check_asked_again(up)
    assert "expected nothing pending on any machine, found:\nupdate pi1-base" in str(failure.value)
    assert "-# by hand" in str(failure.value)
    up.stack.run("up", refresh=True)


def test_preview_that_creates_nothing_is_noticed(up: HostsLab) -> None:
    """A preview of machines that are up has nothing to create, and the check says so."""
    with pytest.raises(CheckFailedError, match="expected a preview that creates, found no step"):
        runs.check_preview(up)


def test_preview_that_touches_a_machine_is_noticed(up: HostsLab) -> None:
    """A preview after which a machine is no longer bare fails."""
    fresh = dataclasses.replace(up, stack=up.new_stack())

    with pytest.raises(CheckFailedError, match="expected pi1 untouched after a preview"):
        runs.check_preview(fresh)


def test_first_run_that_makes_nothing_is_noticed(up: HostsLab) -> None:
    """A first run without a step fails."""
    with pytest.raises(CheckFailedError, match="expected the first run to create, found no step"):
        runs.check_first_run(dataclasses.replace(up, runs={}))


@contextlib.contextmanager
def _settings(lab: HostsLab, **changed: str) -> Iterator[None]:
    """Change settings of the stack's file."""
    file = lab.stack.folder / "Pulumi.hosts.yaml"
    kept = file.read_text(encoding="utf-8")
    content = yaml.safe_load(kept)
    content["config"]["factory:settings"] |= changed
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(kept, encoding="utf-8")
        lab.stack.run("up")


def test_second_run_that_changes_something_is_noticed(up: HostsLab) -> None:
    """A second run that updates a layer fails, and names it."""
    with (
        _settings(up, administrator_email="another@arcodange.lab"),
        pytest.raises(CheckFailedError, match="expected the second run to change nothing, found:\nupdate pi2-gitea"),
    ):
        runs.check_second_run(up)


def test_other_digest_is_noticed(up: HostsLab) -> None:
    """A layer whose digest is not that of the first bring-up is named."""
    other = dataclasses.replace(up, digests={**up.digests, "pi3-dns": "another"})

    with pytest.raises(CheckFailedError, match=r"expected the digests .*, found others of: pi3-dns$"):
        runs.check_digests(other)
    runs.check_digests(up)


def test_drift_that_nobody_sees_is_noticed(up: HostsLab) -> None:
    """A change that no layer watches fails the check of its name, and that of what was repaired."""
    unseen = HostDrift(
        name="nobody's file", machine="pi3", layer="base", command="touch /etc/nobody", proof="test ! -e /etc/nobody"
    )
    checks = dict(HostDriftRound([unseen]).checks())

    checks["hosts, drift: refresh asks every machine"](up)
    with pytest.raises(CheckFailedError, match=r"expected \['pi3-base'\] repaired and nothing else, found \[\]"):
        checks["hosts, drift: one run repairs exactly that"](up)
    with pytest.raises(CheckFailedError, match="expected `refresh` to show a pending operation of pi3-base"):
        checks["hosts, drift on pi3: nobody's file"](up)
    up.machines["pi3"].run("sudo rm /etc/nobody")


def test_drift_that_stays_is_noticed(up: HostsLab) -> None:
    """A change that is shown and repaired only in part fails, because the machine itself is asked."""
    halved = HostDrift(
        name="two changes", machine="pi3", layer="base", command="echo x >>/etc/hosts; touch /etc/nobody",
        proof="test ! -e /etc/nobody",
    )  # fmt: skip
    checks = dict(HostDriftRound([halved]).checks())

    checks["hosts, drift: refresh asks every machine"](up)
    checks["hosts, drift: one run repairs exactly that"](up)
    with pytest.raises(CheckFailedError, match="expected it repaired on pi3, `test ! -e /etc/nobody` says otherwise"):
        checks["hosts, drift on pi3: two changes"](up)
    up.machines["pi3"].run("sudo rm /etc/nobody")


def _nothing(machine: Machine) -> None:
    """Lose nothing."""
    del machine


NO_LOSS = Loss(title="no cut", lose=_nothing, restore=_nothing)


def test_cut_beside_the_layer_is_noticed(up: HostsLab) -> None:
    """A cut whose operation the run never comes to, and one that loses nothing, fail by name."""
    cut = LayerCut(machine="pi3", layer="base", operation="Know the hosts", loss=NO_LOSS)

    with pytest.raises(CheckFailedError, match="expected a run that comes to “Know the hosts” of pi3-base, found none"):
        expect_seen(cut, cut_inside(up, [cut])[0])
    up.machines["pi3"].run("sudo sh -c 'echo x >>/etc/hosts'")
    with pytest.raises(CheckFailedError, match="expected the run to fail, it succeeded"):
        cut_inside(up, [cut])


@pytest.fixture
def resolvers(up: HostsLab) -> Iterator[Resolvers]:
    """Give the two resolvers; afterwards both are there, and the first holds the address."""
    lab = Resolvers(
        machines=up.machines, holder="pi1", other="pi3", asker="pi2", name="gitea.arcodange.lab",
        address=up.settings.network.resolver, patience=4,
    )  # fmt: skip
    yield lab
    first = up.machines["pi1"]
    if first.paused:
        first.resume()
    # The start plugs the cable of a machine in that was switched off.
    first.start()
    first.heal()
    with contextlib.suppress(SystemCommandError):
        up.machines.rejoin("pi1", "pi3")
    container = "$(docker ps --all --quiet --filter label=com.docker.compose.service=pihole)"
    first.run("sudo sh -s", given=f"docker start {container}; {UNTIL_SETTLED}")
    up.machines["pi3"].run("sudo systemctl start keepalived")
    lab.wait_for("pi1", seconds=60)


FAILOVER = [name for name, _ in failover_checks()]


@pytest.mark.parametrize("name", FAILOVER)
def test_failover_that_does_not_happen_is_noticed(up: HostsLab, resolvers: Resolvers, name: str) -> None:
    """With the second resolver out of the game the address stays away, and the check says where it is."""
    up.machines["pi3"].run("sudo systemctl stop keepalived")

    with pytest.raises(MachineError, match=r"expected 10\.77\.0\.200 on .*pi3, found it on"):
        dict(failover_checks())[name](resolvers)


def test_name_that_is_not_answered_is_noticed(resolvers: Resolvers) -> None:
    """Questions without an answer fail the check, with how many there were."""
    nameless = dataclasses.replace(resolvers, name="nobody.invalid", patience=30)

    with pytest.raises(CheckFailedError, match=r"cut off: expected an answer to every question, [0-9]+ got none"):
        dict(failover_checks())[FAILOVER[0]](nameless)


def test_other_machine_that_differs_is_noticed(up: HostsLab) -> None:
    """A machine that differs beside the bare one fails the check that takes everything from that one."""
    up.machines["pi1"].run("sudo sh -c 'echo x >>/etc/hosts'")

    with pytest.raises(CheckFailedError, match=r"expected only pi3 to differ, found \['pi1', 'pi3'\]"):
        check_bare(up)
    up.stack.run("up", refresh=True)


@pytest.mark.parametrize("name", [*dict(state.state_checks())])
def test_mended_machines_pass_again(up: HostsLab, name: str) -> None:
    """Every check of what the machines are passes once all that was broken is mended."""
    dict(state.state_checks())[name](up)


def test_nothing_is_left_broken(up: HostsLab) -> None:
    """Every layer of every machine is as declared in the end."""
    runs.check_asked_again(up)
