"""A server away from the lab, which takes backups in, removes none, and survives what happens to the lab."""

from collections.abc import Mapping

from hosts.backup.derived_password import derived_password
from hosts.layers.backup_keeper import render_users
from rehearsal.machines.machine import Machine
from rehearsal.machines.machines import Machines
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority

NAME = "away"
PORT = 8446
USER, WORD = "lab", "of-the-drill"
PATIENCE_SECONDS = 60
START = (
    "set -e; apt-get update -q >/dev/null; apt-get install --yes --quiet --no-install-recommends rclone >/dev/null\n"
    "systemd-run --quiet --unit off-site --collect rclone serve restic --config '' --addr :{port} --append-only "
    "--cache-objects=false --htpasswd /root/users --cert /root/tls.crt --key /root/tls.key /srv/kept\n"
    "timeout {seconds} sh -c 'until ss -tln | grep -q :{port}; do sleep .1; done'\n"
)


class OffSitePlace:
    """One machine more, which no stack file names."""

    def __init__(self, lab: Machines) -> None:
        """Describe it beside the machines of *lab*; nothing is started yet."""
        self._lab = lab
        self._authority = ThrowAwayAuthority("off site")

    @property
    def place(self) -> str:
        """Its address, in restic's words."""
        return f"rest:https://{self._lab[NAME].address}:{PORT}"

    @property
    def environment(self) -> Mapping[str, str]:
        """What the operator sets to be let in."""
        return {"OFF_SITE_KEY": USER, "OFF_SITE_SECRET": derived_password(WORD, host=USER)}

    def open(self) -> None:
        """Start it; it takes backups in when this returns."""
        self._lab.add(NAME)
        self._lab.start([NAME])
        machine = self._lab[NAME]
        key, certificate = self._authority.issue(machine.address)
        files = {"tls.key": key, "tls.crt": certificate, "users": render_users([USER], secret=WORD)}
        for name, text in files.items():
            machine.run(f"sudo install -D -m 600 /dev/stdin /root/{name}", given=text)
        machine.run("sudo sh", given=START.format(port=PORT, seconds=PATIENCE_SECONDS))

    def trust(self, machine: Machine) -> None:
        """Have *machine* trust its certificate, as every Debian trusts that of a bucket."""
        machine.run("sudo install -D -m 644 /dev/stdin /etc/ssl/certs/off-site.pem", given=self._authority.root)
