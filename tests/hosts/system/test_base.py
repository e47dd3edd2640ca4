"""The layer base: what it writes as values, and a bare machine that it was applied to."""

import dataclasses
from ipaddress import IPv4Address

import pytest
from pydantic import JsonValue

from hosts.facts.system_state import System
from hosts.layers import base, base_files
from hosts.layers.base_resolver import render_first_resolvers
from hosts.layers.resolver_file import MARK
from hosts.worker.errors import WorkerError
from hosts.worker.layer_work import Outcome
from tests.hosts.system.refused_settings import refused_settings
from tests.hosts.system.settings import BASE, HOSTS
from tests.hosts.system.tried_machine import TriedMachine

SYSTEM = System(
    container=False, name="pi1", lasting_name="pi1", zone="Europe/Paris", boot_line="root=x quiet", boot_lines=1,
    booted_with="root=x quiet", controllers=("cpu", "memory"), swaps=(), lasting_swaps=0, wants_reboot=False,
    resolver="",
)  # fmt: skip
FLAGS = ("cgroup_enable=memory", "quiet")


def test_files_are_rendered() -> None:
    """Each file holds what the settings say."""
    addresses = {"pi1": IPv4Address("192.0.2.1"), "pi2": IPv4Address("192.0.2.2")}

    assert base_files.render_hosts(addresses, domain="home") == (
        "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n"
        "192.0.2.1 pi1.home pi1\n192.0.2.2 pi2.home pi2\n"
    )
    assert base_files.render_clock([*addresses.values()]) == "[Time]\nNTP=192.0.2.1 192.0.2.2\nFallbackNTP=\n"
    assert "AllowUsers pi admin\n" in base_files.render_ssh(["pi", "admin"])
    assert "SystemMaxUse=64M\n" in base_files.render_journal(64)
    assert render_first_resolvers([IPv4Address("192.0.2.9")]) == (
        "# Until the lab's own resolvers answer.\nnameserver 192.0.2.9\noptions timeout:1 attempts:2\n"
    )


def test_order_of_the_hosts_changes_nothing() -> None:
    """An engine may hand the same hosts over in another order: the file stays the same."""
    addresses = {"pi1": IPv4Address("192.0.2.1"), "pi2": IPv4Address("192.0.2.2")}
    turned = dict(reversed(addresses.items()))

    assert base_files.render_hosts(turned, domain="home") == base_files.render_hosts(addresses, domain="home")


@pytest.mark.parametrize(
    ("system", "reasons"),
    [
        (dataclasses.replace(SYSTEM, booted_with="root=x quiet cgroup_enable=memory"), []),
        (SYSTEM, ["boot flags that do not count yet: cgroup_enable=memory"]),
        (dataclasses.replace(SYSTEM, boot_line=None), []),
        (dataclasses.replace(SYSTEM, boot_line=None, wants_reboot=True), ["an upgrade asks for it"]),
    ],
    ids=["as declared", "flags wait", "no Raspberry Pi", "upgrade"],
)
def test_reasons_to_reboot(system: System, reasons: list[str]) -> None:
    """A reboot is waited for while a flag does not count yet, or an upgrade asks for it."""
    assert base.reasons_to_reboot(system, flags=FLAGS) == reasons


@pytest.mark.parametrize(
    ("system", "missing"),
    [
        (SYSTEM, []),
        (dataclasses.replace(SYSTEM, container=True), ["a clock of its own", "swap to switch off"]),
        (dataclasses.replace(SYSTEM, boot_line=None), ["a boot command line"]),
        (dataclasses.replace(SYSTEM, controllers=("cpu",)), ["limits on memory"]),
    ],
    ids=["Raspberry Pi", "container", "another computer", "no limits"],
)
def test_what_a_host_cannot_do_is_said(system: System, missing: list[str]) -> None:
    """What the layer could not give is told, and never passed over."""
    assert base.not_here(system) == missing


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "-pi3"),
        ("login_users", ["-oProxyCommand=x"]),
        ("login_users", []),
        ("time_zone", "../../etc/passwd"),
        ("boot_flags", ["a b"]),
        ("first_resolvers", ["router"]),
        ("journal_mebibytes", 1),
        ("swap", True),
    ],
)
def test_settings_that_cannot_be_are_refused(key: str, value: JsonValue) -> None:
    """A value that would be an option, another file or nothing at all is refused before a host is asked."""
    assert refused_settings(base.Base, BASE) == {}
    assert list(refused_settings(base.Base, BASE, **{key: value})) == [key]


@pytest.mark.slow
def test_bare_machine_is_as_declared(host: TriedMachine, with_base: Outcome) -> None:
    """After one apply the machine itself says what was declared, and nothing is left to do."""
    assert "Install the packages of every host" in with_base.done
    assert host.read(base.LAYER, BASE).pending == ()

    effective = host.run("sshd -T").splitlines()
    wanted = {"passwordauthentication no", "permitrootlogin no", "allowusers pi", "x11forwarding no"}
    assert wanted <= set(effective)
    assert host.run("getent hosts pi1.home").split() == [HOSTS["pi1"], "pi1.home", "pi1"]
    assert host.run("date +%Z").strip() in {"CET", "CEST"}
    assert host.run("cat /proc/sys/kernel/panic /proc/sys/vm/overcommit_memory").split() == ["10", "1"]
    assert host.run("wc -l < /boot/firmware/cmdline.txt").strip() == "1"
    assert "unattended-upgrades" in host.run("systemctl list-unit-files --state=enabled unattended-upgrades.service")
    assert "origin=Debian,codename=${distro_codename}-security" in host.run(
        "apt-config dump Unattended-Upgrade::Origins-Pattern"
    )
    assert "200" in host.run("systemd-analyze cat-config systemd/journald.conf | grep SystemMaxUse=2")


@pytest.mark.slow
def test_reboot_is_reported_and_never_done(host: TriedMachine, with_base: Outcome) -> None:
    """New boot flags wait for a reboot that somebody else asks for; after it they count."""
    flags = "boot flags that do not count yet: cgroup_enable=memory cgroup_memory=1 cgroup_enable=cpuset"
    assert with_base.gives["reboot"] == flags
    before = host.run("cat /proc/sys/kernel/random/boot_id")

    assert host.apply(base.LAYER, BASE).gives["reboot"] == flags
    assert host.run("cat /proc/sys/kernel/random/boot_id") == before

    host.machine.kill()
    host.machine.start()
    after = host.read(base.LAYER, BASE)
    assert (after.pending, after.gives["reboot"]) == ((), "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("drift", "pending"),
    [
        ("echo 127.0.0.1 localhost > /etc/hosts", ["Know the hosts of the lab by name"]),
        ("dpkg --purge curl", ["Install the packages of every host"]),
        ("sysctl --quiet --write kernel.panic=3", ["Set the kernel's limits"]),
        ("hostname other", ["Name the host pi3"]),
        ("systemctl --quiet disable ssh", ["Run the SSH server"]),
        ("ln -sfn /usr/share/zoneinfo/Asia/Tokyo /etc/localtime", ["Set the time zone to Europe/Paris"]),
        ("rm /etc/resolv.conf && ln -s /run/other /etc/resolv.conf", ["Ask the first resolvers"]),
        ("echo X11Forwarding yes > /etc/ssh/sshd_config.d/00-factory.conf", ["Let only keys log in"]),
        (
            "rm /etc/systemd/journald.conf.d/10-factory.conf",
            ["Limit the journal", "Let the journal read its limit"],
        ),
    ],
    ids=["file", "package", "kernel", "name", "service", "zone", "resolver", "ssh", "journal"],
)
@pytest.mark.usefixtures("with_base")
def test_drift_is_named_and_repaired_alone(host: TriedMachine, drift: str, pending: list[str]) -> None:
    """What somebody changed is pending by name, and the apply repairs that and nothing else."""
    host.run(f"{drift} >/dev/null 2>&1")

    assert list(host.read(base.LAYER, BASE).pending) == pending
    assert list(host.apply(base.LAYER, BASE).done) == pending


@pytest.mark.usefixtures("with_base")
def test_resolvers_of_the_lab_are_left_alone(host: TriedMachine) -> None:
    """Once the host asks the lab's own resolvers, the first ones are not put back."""
    host.run(f'cp /etc/resolv.conf /root/kept && echo "{MARK}" > /etc/resolv.conf')
    try:
        assert host.read(base.LAYER, BASE).pending == ()
    finally:
        host.run("mv /root/kept /etc/resolv.conf")


@pytest.mark.usefixtures("with_base")
def test_file_that_lets_passwords_in_is_found_before_it_counts(host: TriedMachine) -> None:
    """When another file counts more than ours, the change is refused and rolled back, and the reason is told."""
    host.run(
        "echo PasswordAuthentication yes > /etc/ssh/sshd_config.d/00-another.conf\n"
        "echo '# edited' >> /etc/ssh/sshd_config.d/00-factory.conf"
    )
    try:
        with pytest.raises(WorkerError, match="another file in /etc/ssh counts more than this one"):
            host.apply(base.LAYER, BASE)
        assert "# edited" in host.run("cat /etc/ssh/sshd_config.d/00-factory.conf")
    finally:
        host.run("rm /etc/ssh/sshd_config.d/00-another.conf")
    assert host.apply(base.LAYER, BASE).done == ("Let only keys log in",)


@pytest.mark.usefixtures("with_base")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("PasswordAuthentication yes", "pi: expected passwordauthentication no"),
        ("PermitRootLogin yes", "pi: expected permitrootlogin no"),
        ("AllowUsers another", "pi: expected that another may not log in"),
        ("Match User pi\\n  PasswordAuthentication yes", "pi: expected passwordauthentication no"),
    ],
    ids=["passwords", "root", "another user", "one user"],
)
def test_file_that_lets_more_in_is_seen_at_any_time(host: TriedMachine, text: str, said: str) -> None:
    """Our own file being as declared, another one is pending with what counts; the apply refuses and names it."""
    another = "/etc/ssh/sshd_config.d/00-another.conf"
    host.run(f"printf '{text}\\n' > {another}")
    try:
        asked = host.read(base.LAYER, BASE)
        with pytest.raises(WorkerError, match=another):
            host.apply(base.LAYER, BASE)
    finally:
        host.run(f"rm {another}")

    assert asked.pending == ("Let only keys log in",)
    assert said in asked.differences["ssh"]
    assert host.read(base.LAYER, BASE).pending == ()


@pytest.mark.usefixtures("with_base")
def test_boot_line_of_two_lines_is_not_touched(host: TriedMachine) -> None:
    """The firmware reads one line: a file with two is somebody's mistake that is told, and left as it is."""
    host.run("cp /boot/firmware/cmdline.txt /root/kept; printf 'one\\ntwo\\n' > /boot/firmware/cmdline.txt")
    try:
        with pytest.raises(WorkerError, match="expected a single line, found 2: nothing was changed"):
            host.read(base.LAYER, BASE)
        assert host.run("cat /boot/firmware/cmdline.txt") == "one\ntwo\n"
    finally:
        host.run("cat /root/kept > /boot/firmware/cmdline.txt")
