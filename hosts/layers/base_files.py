"""The files of the layer base that are placed as they are: pure text from settings."""

import shlex
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address

from hosts.facts.ssh_rules import ASK

HOSTS = "/etc/hosts"
CLOCK = "/etc/systemd/timesyncd.conf.d/10-factory.conf"
JOURNAL = "/etc/systemd/journald.conf.d/10-factory.conf"
SSH = "/etc/ssh/sshd_config.d/00-factory.conf"
"""The first to be read: in sshd's configuration the first value counts."""
SSH_RULES = ("passwordauthentication no", "kbdinteractiveauthentication no", "permitrootlogin no", "x11forwarding no")
"""What must count whatever other files there are, as `sshd -T` shows it."""
UPGRADES = "/etc/apt/apt.conf.d/60-factory-upgrades"

KERNEL: Mapping[str, str] = {
    # A container that waits for a file's changes takes several of these.
    "fs.inotify.max_user_instances": "1024",
    "fs.inotify.max_user_watches": "524288",
    # The three that k3s's kubelet wants to find as they are.
    "kernel.panic": "10",
    "kernel.panic_on_oops": "1",
    "vm.overcommit_memory": "1",
}
"""Settings of the kernel."""


def render_hosts(addresses: Mapping[str, IPv4Address], *, domain: str) -> str:
    """Return the names that are known while no resolver answers: those of the lab's hosts."""
    lines = ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"]
    # An engine hands a mapping over in any order, and not always in the same.
    lines += [f"{address} {name}.{domain} {name}" for name, address in sorted(addresses.items())]
    return "\n".join(lines) + "\n"


def render_clock(servers: Sequence[IPv4Address]) -> str:
    """Return whom the host asks for the time: by address, because a wrong clock makes secure name resolution fail."""
    return f"[Time]\nNTP={' '.join(map(str, servers))}\nFallbackNTP=\n"


def render_journal(mebibytes: int) -> str:
    """Return how much the journal may grow: SD cards wear out."""
    return f"[Journal]\nStorage=persistent\nSystemMaxUse={mebibytes}M\nRateLimitBurst=10000\n"


def render_ssh(users: Sequence[str]) -> str:
    """Return the hardening of the SSH server: keys only, and for these users alone."""
    return f"""# Keys only.
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
AllowUsers {" ".join(users)}
LoginGraceTime 30
X11Forwarding no
ClientAliveInterval 60
ClientAliveCountMax 3
"""


def render_ssh_check(users: Sequence[str]) -> str:
    """Return the command that refuses the hardening while another file counts more, and names where to look."""
    rules = shlex.quote("\n".join(SSH_RULES))
    return f"""sshd -t || exit 1
found=$(sh -c {shlex.quote(ASK)} rules {rules} {" ".join(users)})
[ -n "$found" ] || exit 0
printf '%s\\n' "$found"
echo 'another file in /etc/ssh counts more than this one. Take it out, then sudo systemctl reload ssh; it is among:'
grep -liE '^[[:space:]]*(Match|AllowUsers|PermitRootLogin|X11Forwarding|[A-Za-z]*Authentication)[[:space:]]' \\
    /etc/ssh/sshd_config.d/*.conf /etc/ssh/sshd_config | grep -vxF {SSH}
exit 1"""


def render_upgrades() -> str:
    """Return the daily upgrades: what is a matter of security, and no reboot that nobody asked for."""
    return """APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
APT::Periodic::AutocleanInterval "7";
#clear Unattended-Upgrade::Origins-Pattern;
Unattended-Upgrade::Origins-Pattern { "origin=Debian,codename=${distro_codename}-security,label=Debian-Security"; };
Unattended-Upgrade::Automatic-Reboot "false";
Unattended-Upgrade::MinimalSteps "true";
"""
