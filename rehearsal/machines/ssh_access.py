"""How one machine is logged in to."""

import os
import shutil
import subprocess
from pathlib import Path

HOST_KEY = "ssh_host_ed25519_key"


class SshAccess:
    """The user's key, and a host key of this machine only."""

    def __init__(self, *, folder: Path, address: str, key: Path) -> None:
        """Describe the access to *address* with the user's *key*; the host key lies in *folder*."""
        self.key = key
        self.known_hosts = folder / "known_hosts"
        self._address = address
        self._host_key = folder / HOST_KEY

    @property
    def host_key(self) -> str:
        """Public host key, as `ssh-ed25519 AAAA…`."""
        return " ".join(self._host_key.with_suffix(".pub").read_text().split()[:2])

    def make(self) -> None:
        """Make what is missing."""
        make_key(self._host_key)
        self.known_hosts.write_text(f"{self._address} {self.host_key}\n")

    def forget_host_key(self) -> None:
        """Let the next start make a new host key."""
        self._host_key.with_suffix(".pub").unlink(missing_ok=True)

    def install(self, root: Path, *, user: str, user_id: int) -> None:
        """Write host key and authorised key into the file system at *root*."""
        for path in (self._host_key, self._host_key.with_suffix(".pub")):
            shutil.copy(path, root / "etc/ssh" / path.name)
        home = root / "home" / user
        (home / ".ssh/authorized_keys").write_text(self.key.with_suffix(".pub").read_text())
        for path, mode in ((home, 0o755), (home / ".ssh", 0o700), (home / ".ssh/authorized_keys", 0o600)):
            path.chmod(mode)
            os.chown(path, user_id, user_id)

    def command(self, user: str, *words: str) -> list[str]:
        """Return the ssh command line; this computer's own ssh settings are left out."""
        options = {
            "IdentitiesOnly": "yes",
            "BatchMode": "yes",
            "StrictHostKeyChecking": "yes",
            "UserKnownHostsFile": str(self.known_hosts),
            "ConnectTimeout": "2",
            "LogLevel": "ERROR",
        }
        flags = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        return ["ssh", "-F", "none", "-i", str(self.key), *flags, f"{user}@{self._address}", *words]


def make_key(path: Path) -> None:
    """Make a key pair at *path* where there is none."""
    if not path.with_suffix(".pub").exists():
        path.unlink(missing_ok=True)
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "rehearsal", "-f", str(path)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
