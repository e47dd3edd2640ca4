"""Every machine lost its power: Vault comes back sealed."""

import hashlib
import json
import shlex
import ssl
from collections.abc import Mapping
from pathlib import Path

import yaml

from provider.vault_seal.init_order import InitOrder
from provider.vault_seal.key_file import KeyFile
from provider.vault_seal.seal_api import SealApi
from provider.vault_seal.vault_seal import VaultSeal
from rehearsal.drills.comparison import Comparison
from rehearsal.drills.drill import Drill
from rehearsal.drills.place import Place
from rehearsal.hosts.served_programs import PORT
from rehearsal.lab import expect
from rehearsal.part import find_part
from rehearsal.parts import VAULT
from rehearsal.stack_files import SETTINGS
from rehearsal.vault_on_machine.files import MANIFEST
from rehearsal.vault_on_machine.vault_on_machine import VaultOnMachine

MOUNT = "/mnt/arcodange"
ORDER = InitOrder(shares=3, threshold=2)
SECRET = "written-before-the-cut"  # noqa: S105 - an example
ROOT = "/etc/step-ca/authority/root_ca.crt"
LAYERS = ("base", "disks", "pki", "pki_replica")


class VaultSealed:
    """A Vault with a secret in it."""

    def __init__(self, place: Place) -> None:
        """Begin at *place*."""
        self._place = place
        self._machine = place.lab["pi1"]
        self.vault = VaultOnMachine(self._machine, mount=MOUNT, name="vault.arcodange.lab")
        """The server."""
        self._keys = place.home / "keys" / "keys.json"

    @property
    def names(self) -> Mapping[str, str]:
        """The page has no placeholders."""
        return {}

    @property
    def trust(self) -> ssl.SSLContext:
        """Who vouches for it."""
        return ssl.create_default_context(cafile=self._place.home / "root.pem")

    @property
    def seal(self) -> VaultSeal:
        """It and its keys, for whoever is inside the machines' network."""
        root = (self._place.home / "root.pem").read_text()
        return VaultSeal(SealApi(self.vault.url, ca=root), KeyFile(str(self._keys)))

    def write(self) -> None:
        """Initialise Vault, have the stack file name it, and keep a secret in it."""
        program = find_part(VAULT).path
        served = self._place.folder.parent / "programs" / "vault"
        if not served.exists():
            served.symlink_to(program)
        with program.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        self.vault.prepare(url=f"http://{self._place.lab.gateway}:{PORT}/vault", sha256=digest)
        self._machine.run(f"sudo install -D /dev/null {MANIFEST}")
        self.vault.wait()
        (self._place.home / "root.pem").write_text(self._machine.run(f"sudo cat {ROOT}").stdout)
        with self._place.lab.inside():
            seal = self.seal
            seal.initialise(ORDER)
            seal.unseal()
        self._name_it(self._place.folder / "Pulumi.hosts.yaml")
        self._as_root(f"POST {self.vault.url}/v1/sys/mounts/kvv1", {"type": "kv"})
        self._as_root(f"POST {self.vault.url}/v1/kvv1/drill/kept", {"value": SECRET})

    def strike(self) -> None:
        """Cut the power of all machines, and give it back."""
        for machine in self._place.lab:
            machine.kill()
        self._place.lab.start()
        self.vault.wait()

    def compare(self) -> Comparison:
        """Read the secret."""
        found = json.loads(self._as_root(f"GET {self.vault.url}/v1/kvv1/drill/kept"))["data"]["value"]
        return Comparison(same=found == SECRET, found="the secret written before the cut, read after it")

    def _name_it(self, file: Path) -> None:
        content = yaml.safe_load(file.read_text())
        vault = {"url": self.vault.url, "key_file": str(self._keys), "shares": 3, "threshold": 2}
        content["config"][SETTINGS]["vault"] = vault
        file.write_text(yaml.safe_dump(content, sort_keys=False))

    def _as_root(self, question: str, body: Mapping[str, str] | None = None) -> str:
        """Ask with a root token that lives for this one question."""
        data = f"--data {shlex.quote(json.dumps(body))} " if body else ""
        curl = (
            f"curl --silent --show-error --fail-with-body --cacert {self._place.home}/root.pem {data}"
            f'--header "X-Vault-Token: $VAULT_TOKEN" --request {question}'
        )
        done = self._place.run(f"./factory vault run -- sh -c {shlex.quote(curl)}")
        expect(done.returncode == 0, f"expected Vault to answer `{question}`, found:\n{done.stdout}{done.stderr}")
        return done.stdout


DRILL = Drill(
    name="vault-sealed",
    summary="Vault is sealed after a power cut of all machines",
    ground="machines",
    layers=LAYERS,
    assessed=True,
    begin=VaultSealed,
)
