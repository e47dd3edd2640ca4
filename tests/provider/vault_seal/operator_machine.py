"""An operator's machine, as far as Vault's keys are concerned."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from provider.vault_seal.init_order import InitOrder
from provider.vault_seal.key_file import KeyFile
from provider.vault_seal.seal_api import SealApi
from provider.vault_seal.vault_seal import VaultSeal

ROOT = Path(__file__).resolve().parents[3]
TWO_OF_THREE = InitOrder(shares=3, threshold=2)
ONE = InitOrder(shares=1, threshold=1)
QUICK = (0.01, 0.01)
"""As little patience as a test can have."""


class OperatorMachine:
    """A folder for keys, and the Vault that they are for."""

    def __init__(self, home: Path, *, url: str, ca: str) -> None:
        """Keep keys below *home* for the Vault at *url*, which *ca* vouches for."""
        self.folder = home / "keys"
        self.path = self.folder / "keys.json"
        self.url = url
        self.ca = ca

    @property
    def seal(self) -> VaultSeal:
        """What works with both, with the eyes of a new run."""
        return VaultSeal(SealApi(self.url, ca=self.ca, waits=QUICK), KeyFile(str(self.path)))

    @property
    def files(self) -> Sequence[str]:
        """Names of what lies in the folder."""
        return sorted(file.name for file in self.folder.iterdir()) if self.folder.exists() else []

    def initialising_run(self, *, ends_at: str = "", largest_file: int = -1) -> "subprocess.Popen[str]":
        """Start another process that initialises with one share.

        It kills itself at the operation *ends_at*, and can write files of *largest_file* bytes at most.
        """
        code = (
            "import os, resource, sys\n"
            "from tests.provider.vault_seal.operator_machine import ONE, OperatorMachine\n"
            "from pathlib import Path\n"
            "home, url, ends_at, largest = sys.argv[1:]\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest), int(largest)))\n"
            "machine = OperatorMachine(Path(home), url=url, ca=sys.stdin.read())\n"
            "ended = lambda event, _: os.kill(os.getpid(), 9) if event == ends_at else None\n"
            "sys.addaudithook(ended)\n"
            "machine.seal.initialise(ONE)\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(self.folder.parent), self.url, ends_at, str(largest_file)],
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        if process.stdin is not None:
            process.stdin.write(self.ca)
            process.stdin.close()
            process.stdin = None
        return process
