"""Why a connection did not come about, from what ssh and sudo say."""

from hosts.inventory import Machine
from hosts.worker.ssh_command import CONNECT_SECONDS, SILENT_SECONDS

_CAUSES = (
    ("REMOTE HOST IDENTIFICATION HAS CHANGED", "key changed"),
    ("No matching host key fingerprint", "key changed"),
    ("No host key is known", "key unknown"),
    ("Host key verification failed", "key unknown"),
    ("a password is required", "sudo"),
    ("a terminal is required", "sudo"),
    ("interactive authentication is required", "sudo"),
    ("is not in the sudoers file", "sudo"),
    ("may not run sudo", "sudo"),
    ("Permission denied", "key rejected"),
    ("Too many authentication failures", "key rejected"),
    ("Connection refused", "refused"),
    ("Could not resolve hostname", "no such name"),
    ("Name or service not known", "no such name"),
    ("not responding", "silent"),
    ("timed out", "timed out"),
    ("No route to host", "no route"),
    ("Network is unreachable", "no route"),
)


def cause(said: str) -> str | None:
    """Return the cause in a word or two; None when nothing known was said."""
    return next((cause for words, cause in _CAUSES if words in said), None)


def likely_cause(machine: Machine, said: str) -> str:
    """Return host, address and likely cause in one sentence, with what helps."""
    last = next((line for line in reversed(said.splitlines()) if line.strip()), "it said nothing").strip()
    port = "" if machine.port is None else f", port {machine.port}"
    place = f"{machine.name} ({machine.address}{port})"
    return f"{place}: {_sentences(machine).get(cause(said) or '', f'the connection ended: {last}')}"


def _sentences(machine: Machine) -> dict[str, str]:
    user = "its user" if machine.user is None else f"user {machine.user}"
    trust = f"./factory hosts trust {machine.name}"
    return {
        "key changed": (
            "its host key is not the one that is known. Nothing was sent. If the machine was installed anew, "
            f"take the old key out of the settings or of known_hosts, then `{trust}`"
        ),
        "key unknown": f"its host key is not known. `{trust}` shows it and asks",
        "sudo": f"sudo wants a password of {user}. Expected sudo without one, for example NOPASSWD in /etc/sudoers.d",
        "key rejected": f"it takes no key of ours for {user}. Expected one in ~/.ssh/authorized_keys there",
        "refused": "the connection was refused: the machine is up, but no SSH server listens there",
        "no such name": "its name is not known here. Expected an address, or a name in DNS or in ~/.ssh/config",
        "timed out": f"the connection timed out after {CONNECT_SECONDS} s: it is off, cut off, or has another address",
        "silent": f"it said nothing for {SILENT_SECONDS} s: it is off or cut off",
        "no route": "there is no route to it: it is off, or this machine is in another network",
    }
