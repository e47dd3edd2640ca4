"""What the machines are after the first run, seen by other means than those of the layers."""

import json
from collections.abc import Callable, Iterator

from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import expect
from rehearsal.machines.machine import Machine

Named = tuple[str, Callable[[HostsLab], None]]


def state_checks() -> Iterator[Named]:
    """Return the checks by name."""
    yield "hosts: names, keys and clock zone", check_base
    yield "hosts: data disk, found by label", check_disks
    yield "hosts: Docker stores on the data disk", check_docker
    yield "hosts: names resolve through the shared address", check_names
    yield "hosts: the root of the lab is trusted everywhere", check_trust
    yield "hosts: Gitea answers by its name, its administrator logs in", check_gitea
    yield "hosts: no generated password in a process list, a log or a container's settings", check_passwords


def check_base(lab: HostsLab) -> None:
    """Prove host name, hosts of the lab by name, keys only, time zone."""
    for machine in lab.machines:
        _expect(machine, "hostname", machine.name)
        _expect(machine, "readlink -f /etc/localtime | sed s,/usr/share/zoneinfo/,,", lab.settings.time_zone)
        _expect(machine, "sudo sshd -T | grep -x 'passwordauthentication no'", "passwordauthentication no")
        for host in lab.settings.hosts:
            _expect(machine, f"getent ahostsv4 {host.name} | head -1 | cut -d' ' -f1", host.address)


def check_disks(lab: HostsLab) -> None:
    """Prove that the data disk is mounted by its label, and that a start without it is not held up."""
    for machine in lab.machines:
        # Each mount there is a line: what lies over the disk would be the second one.
        _expect(machine, f"findmnt -rno FSTYPE,LABEL {lab.settings.data}", f"ext4 {lab.settings.data_label}")
        _expect(machine, f"findmnt --fstab -no OPTIONS {lab.settings.data} | grep -o nofail", "nofail")


def check_docker(lab: HostsLab) -> None:
    """Prove that the daemon stores on the data disk."""
    for machine in lab.machines:
        _expect(machine, "sudo docker info --format '{{.DockerRootDir}}'", f"{lab.settings.data}/docker")


def check_names(lab: HostsLab) -> None:
    """Prove from every machine that records have their own address, and other names that of the cluster."""
    settings = lab.settings
    foundations = settings.host(settings.roles.foundations).address
    wanted = {"gitea": foundations, "any-application": settings.network.ingress}
    for machine in lab.machines:
        _expect(machine, "awk '/^nameserver/ {print $2; exit}' /etc/resolv.conf", settings.network.resolver)
        for name, address in wanted.items():
            question = f"getent ahostsv4 {name}.{settings.domain} | head -1 | cut -d' ' -f1"
            _expect(machine, question, address)


def check_trust(lab: HostsLab) -> None:
    """Prove that each machine trusts what the authority issued, with nothing but its own trust store."""
    settings = lab.settings
    authority = settings.host(settings.roles.authority).address
    for machine in lab.machines:
        _expect(machine, f"curl --silent --show-error https://{authority}:8443/health", '{"status":"ok"}')


def check_gitea(lab: HostsLab) -> None:
    """Prove that the forge answers over the lab's certificate and knows the generated password."""
    settings = lab.settings
    password = lab.stack.secret_output("gitea_administrator_password")
    machine = lab.machines[settings.roles.authority]
    url = f"https://gitea.{settings.domain}/api/v1/user"
    login = f'user = "{settings.administrator}:{password}"\n'
    found = machine.run(f"curl --silent --show-error --config - {url}", given=login, check=False)
    try:
        account = json.loads(found.stdout)
    except ValueError:
        account = {}
    expect(
        account.get("login") == settings.administrator and account.get("is_admin"),
        f"expected {url} to know the administrator, found: {found.stdout[:300]}{found.stderr[:300]}",
    )


def check_passwords(lab: HostsLab) -> None:
    """Prove that what was generated is on a machine in files of mode 600 only."""
    names = ("postgres_superuser_password", "gitea_administrator_password")
    words = "".join(f"{lab.stack.secret_output(name)}\n" for name in names)
    places = {
        "a process list": "ps -ef",
        "the journal": "journalctl --no-pager --quiet",
        "a container's settings": "docker ps -aq | xargs -r docker inspect",
        "a file that others read": "find /opt/factory /etc -xdev -type f -perm /044 -exec cat {} +",
    }
    for machine in lab.machines:
        for place, command in places.items():
            # The words to look for come by standard input: in a command they would be in the process list themselves.
            searched = f"exec 3<&0; sudo sh -c '{command}' </dev/null | grep -caFf /dev/fd/3 || true"
            counted = machine.run(searched, given=words)
            expect(counted.stdout.strip() == "0", f"{machine.name}: found a generated password in {place}")


def _expect(machine: Machine, command: str, wanted: str) -> None:
    found = machine.run(command, check=False)
    expect(
        found.stdout.strip() == wanted,
        f"{machine.name}: expected `{command}` to say {wanted!r}, "
        f"found {found.stdout.strip()!r} {found.stderr.strip()}",
    )
