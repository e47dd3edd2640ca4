"""A Vault that systemd starts, sealed, on one machine of a rehearsal."""

import time

from hosts.operations import host_certificate_files as certificate
from rehearsal.machines.machine import Machine, MachineError
from rehearsal.vault_on_machine.files import (
    MANIFEST,
    PATH,
    PORT,
    UNIT,
    render_path,
    render_settings,
    render_start,
    render_unit,
)

FOLDER = "/var/lib/vault"
START_SECONDS = 90
HOURS = 720


class VaultOnMachine:
    """The real server behind the cluster's entry, with a certificate of the lab's own authority."""

    def __init__(self, machine: Machine, *, mount: str, name: str, sign: str = MANIFEST) -> None:
        """Describe the Vault *name* on *machine*, its storage at *mount*; it begins once the file *sign* is there."""
        self.machine = machine
        self._sign = sign
        self._name = name
        self._mount = mount
        self._folder = f"{mount}/vault"
        self._tls = f"{FOLDER}/tls"
        self._url = ""
        self._sha256 = ""

    @property
    def url(self) -> str:
        """Its address; the process of a rehearsal asks no resolver of the lab."""
        return f"https://{self.machine.address}"

    def prepare(self, *, url: str, sha256: str) -> None:
        """Have it started, sealed and without keys, as soon as it can be; the program is at *url*."""
        self._url, self._sha256 = url, sha256
        program, settings, start = f"{self._folder}/vault", f"{FOLDER}/vault.json", f"{FOLDER}/start"
        data = f"{self._folder}/data"
        ours = certificate.render_settings(
            names=[self._name, self.machine.address], folder=self._tls, owner="0:0",
            reload=f"systemctl try-restart {UNIT}", hours=HOURS, provisioner="lab",
        )  # fmt: skip
        fetched = render_start(program=program, data=data, url=url, sha256=sha256, certificate=certificate.PROGRAM)
        unit = render_unit(start=start, program=program, settings=settings, mount=self._mount)
        self._write(certificate.PROGRAM, certificate.PROGRAM_TEXT, mode="755")
        self._write(f"{certificate.SETTINGS}/vault", ours)
        self._write(settings, render_settings(address=self.machine.address, data=data, tls=self._tls))
        self._write(start, fetched, mode="755")
        self._write(f"/etc/systemd/system/{UNIT}", unit)
        self._write(f"/etc/systemd/system/{PATH}", render_path(self._sign))
        self._said(f"systemctl daemon-reload; systemctl enable --now {PATH}")

    def prepare_again(self) -> None:
        """Do the same on a machine that was made bare."""
        self.prepare(url=self._url, sha256=self._sha256)

    def wait(self) -> None:
        """Return when it answers, sealed or not."""
        deadline = time.monotonic() + START_SECONDS
        question = f"curl --silent --output /dev/null https://{self.machine.address}:{PORT}/v1/sys/seal-status"
        while self.machine.run(question, check=False).returncode != 0:
            if time.monotonic() > deadline:
                lines = self.machine.run(f"sudo journalctl -u {UNIT} -n 15 --no-pager", check=False).stdout
                raise MachineError(f"expected Vault on {self.machine.name} to answer:\n{lines}")
            time.sleep(0.5)

    def wipe(self) -> None:
        """Take its storage away, and start it: it has no keys afterwards."""
        self._exchange(f"mv {self._folder}/data {self._folder}/kept; install -d -m 700 {self._folder}/data")

    def bring_back(self) -> None:
        """Give it the storage that was taken away, and start it: it is sealed afterwards."""
        self._exchange(f"rm -rf {self._folder}/data; mv {self._folder}/kept {self._folder}/data")

    def _exchange(self, commands: str) -> None:
        self._said(f"systemctl stop {PATH} {UNIT}; {commands}; systemctl start {PATH} {UNIT}")
        self.wait()

    def _write(self, path: str, text: str, *, mode: str = "644") -> None:
        self.machine.run(f"sudo install -D -m {mode} /dev/stdin {path}", given=text)

    def _said(self, commands: str) -> None:
        self.machine.run("sudo sh -seu", given=commands)
