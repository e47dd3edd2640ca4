"""How each command of the runbooks is tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hosts.operations.guard_scripts import ARM

GUARDED = "/etc/ssh/sshd_config.d/00-factory.conf"
_ARMED = f"sh -s ssh 600 'systemctl reload ssh.service' {GUARDED} <<'ARMED'\n{ARM}\nARMED\necho '# changed' >>{GUARDED}"
_DISARMED = (
    f"! grep -q changed {GUARDED} && systemctl stop factory-guard-ssh.timer; "
    "rm -rf /var/lib/factory/guard/ssh /etc/systemd/system/factory-guard-ssh* "
    "/etc/systemd/system/multi-user.target.wants/factory-guard-ssh*"
)
CONTAINER = "$(sudo docker ps --all --quiet --filter label=com.docker.compose.project=dns)"
_KNOWN = "mkdir -p ~/.ssh && echo 10.77.0.203 ssh-ed25519 AAAA >~/.ssh/known_hosts"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One command, word by word as the page has it."""

    page: str
    command: str
    where: Literal["operator", "pi1", "pi2", "pi3"]
    """Who types it."""
    code: int = 0
    """How it must end."""
    said: str = ""
    """What it must say."""
    names: Mapping[str, str] | None = None
    """What a placeholder of the page stands for."""
    before: str = ""
    """What is done before, as root of the machine."""
    after: str = ""
    """What must succeed after it, as root of the machine."""
    root: bool = False
    """Whether the page has root type it."""


def _operator(page: str, command: str, *, code: int = 0, said: str = "") -> Trial:
    return Trial(page=page, command=command, where="operator", code=code, said=said, names={"NAME": "pi3"})


TRIALS: Sequence[Trial] = (
    # The settings of the rehearsal pin the keys; how a new one is learnt is proved by the tests of the verb.
    _operator("bring-up", "./factory hosts trust --target production", code=1, said="its key stands in the settings"),
    Trial(
        page="bring-up",
        command="ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
        where="pi1",
        said="(ED25519)",
    ),
    _operator("bring-up", "./factory hosts facts pi1 --target production", said="rehearsal-data-pi1"),
    _operator("bring-up", "./factory pins list", said="pihole"),
    _operator("bring-up", "./factory preview hosts --target production"),
    _operator("bring-up", "./factory up hosts --target production"),
    _operator(
        "bring-up",
        "ssh pi@192.168.1.201 cat /usr/local/share/ca-certificates/lab-root.crt",
        said="BEGIN CERTIFICATE",
    ),
    Trial(
        page="bring-up",
        command="sudo step certificate fingerprint /etc/step-ca/authority/root_ca.crt",
        where="pi1",
    ),
    _operator("bring-up", "./factory preview hosts --refresh --target production"),
    # The other two lose their power in other tests, and then wait for nothing.
    _operator("bring-up", "./factory hosts reboot pi3 pi2 pi1 --target production", said="pi2: rebooted (boot flags"),
    _operator("bring-up", "./factory hosts check --target production", said="pi3 iscsi: as declared"),
    _operator(
        "bring-up", "./factory hosts apply --host pi1 --layer base --target production", said="pi1 base: as declared"
    ),
    Trial(
        page="replace-a-host",
        command="ssh-keygen -R ADDRESS",
        where="pi2",
        names={"ADDRESS": "10.77.0.203"},
        before=f"su pi -c '{_KNOWN}'",
        after="! grep -q . ~pi/.ssh/known_hosts; rm -f ~pi/.ssh/known_hosts*",
    ),
    _operator("replace-a-host", "./factory hosts trust NAME --target production", code=1, said="its key stands"),
    _operator("replace-a-host", "./factory hosts facts NAME --target production", said="rehearsal-data-pi3"),
    _operator("replace-a-host", "./factory preview hosts --refresh --target production"),
    _operator("replace-a-host", "./factory up hosts --refresh --target production"),
    Trial(page="locked-out", command="systemctl list-timers 'factory-guard-*'", where="pi3", said="timers listed"),
    Trial(page="locked-out", command="sudo ls /var/lib/factory/guard", where="pi3", before=_ARMED, said="ssh"),
    Trial(
        page="locked-out",
        command="sudo sh /var/lib/factory/guard/NAME/back",
        where="pi3",
        names={"NAME": "ssh"},
        after=_DISARMED,
    ),
    Trial(page="locked-out", command="sudo sshd -t", where="pi3"),
    Trial(page="locked-out", command="sudo systemctl restart ssh", where="pi3"),
    Trial(page="locked-out", command="ssh pi@ADDRESS true", where="operator", names={"ADDRESS": "192.168.1.203"}),
    Trial(
        page="locked-out",
        command="echo 'pi ALL=(ALL) NOPASSWD: ALL' | tee /etc/sudoers.d/pi",
        where="pi3",
        root=True,
    ),
    Trial(
        page="locked-out",
        command="chmod 440 /etc/sudoers.d/pi",
        where="pi3",
        root=True,
        after="visudo --check --quiet && rm /etc/sudoers.d/pi",
    ),
    Trial(
        page="dns",
        command="for s in 192.168.1.200 192.168.1.201 192.168.1.203; do "
        'echo "$s: $(dig +short +time=1 +tries=1 @$s gitea.arcodange.lab)"; done',
        where="pi1",
        said="10.77.0.200: 10.77.0.202\n10.77.0.201: 10.77.0.202\n10.77.0.203: 10.77.0.202\n",
    ),
    _operator(
        "dns", "./factory hosts check --host pi1 --layer dns --diff --target production", said="pi1 dns: as declared"
    ),
    _operator("dns", "./factory hosts apply --host pi1 --layer dns --target production", said="pi1 dns: as declared"),
    Trial(
        page="dns",
        command="sudo docker ps --all --filter label=com.docker.compose.project=dns",
        where="pi1",
        said="pihole",
    ),
    Trial(page="dns", command="sudo docker logs --tail 30 NAME", where="pi1", names={"NAME": CONTAINER}),
    Trial(page="dns", command="ip -oneline address show to 192.168.1.200", where="pi1", said="10.77.0.200"),
    Trial(
        page="dns", command="sudo journalctl --unit keepalived --lines 20", where="pi1", said="VRRP_Script(resolves)"
    ),
    Trial(page="dns", command="ping -c 1 192.168.1.203", where="pi1", said="1 received"),
    _operator("dns", "./factory hosts apply --layer dns --target production", said="pi3 dns: as declared"),
    Trial(
        page="dns",
        command="printf 'nameserver 192.168.1.1\\noptions timeout:1 attempts:2\\n' | sudo tee /etc/resolv.conf",
        where="pi2",
        after="grep -qx 'nameserver 10.77.0.1' /etc/resolv.conf",
    ),
    _operator("dns", "./factory hosts apply --layer docker --layer dns --target production", said="pi2 docker: as"),
    _operator(
        "dns",
        "./factory hosts apply --layer resolver --target production",
        said="pi2 resolver: changed: ",
    ),
    # There is no outside here: it says so, as it would when the way to the internet is the fault.
    Trial(page="dns", command="dig +short @9.9.9.9 example.org", where="pi1", code=9),
    _operator(
        "power-cut",
        "ssh pi@192.168.1.202 sudo docker ps --all --filter label=com.docker.compose.project=gitea",
        said="gitea",
    ),
    _operator("power-cut", "./factory preview hosts --refresh --diff --target production"),
    _operator("power-cut", "./factory up hosts --refresh --target production"),
    _operator(
        "power-cut",
        "./factory hosts check --host pi1 --layer runner --target production",
        said="pi1 runner: as declared",
    ),
    _operator(
        "power-cut",
        "./factory hosts check --host pi3 --layer runner --target production",
        said="pi3 runner: as declared",
    ),
)
"""In the order in which they are tried."""

_VAULT = "the rehearsal unseals the Vault on pi1 by the same code, after a power cut of all machines"
NOT_TRIED: Mapping[str, str] = {
    "./factory vault status --target production": _VAULT,
    "./factory vault unseal --target production": _VAULT,
    "./factory pins update": "asks publishers on the internet; its tests have a publisher of their own",
    "./factory up postgres --target production": "the rehearsal applies that stack to the pooler of pi2",
    'export PGPASSWORD="$(pulumi stack output --stack hosts --show-secrets postgres_superuser_password)"': (
        "the official command line alone has it"
    ),
    "pulumi stack export --stack hosts --show-secrets | ./factory hosts passwords": (
        "its second half is tried first of all, with the state as that exports it"
    ),
}
"""Command → why it is not."""


def as_here(text: str, *, names: Mapping[str, str]) -> str:
    """Return *text* with the addresses of the rehearsal, and with *names* for placeholders."""
    for name, value in names.items():
        text = text.replace(name, value)
    for last in ("200", "201", "202", "203"):
        text = text.replace(f"192.168.1.{last}", f"10.77.0.{last}")
    return text.replace("192.168.1.1\\n", "10.77.0.1\\n").replace(" --target production", "")


def page_of(name: str) -> Path:
    """Return the page called *name*."""
    return Path(__file__).resolve().parents[3] / "docs" / "runbooks" / f"{name}.md"
