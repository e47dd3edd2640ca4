"""Vault on a machine: sealed after each start, initialised once, its keys never overwritten."""

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from provider.factory_error import FactoryError
from provider.vault_seal.init_order import InitOrder
from provider.vault_seal.key_file import KeyFile
from provider.vault_seal.seal_api import SealApi
from provider.vault_seal.seal_case import SealCase
from provider.vault_seal.vault_seal import VaultSeal
from rehearsal.check_list import CheckFailedError
from rehearsal.checks.hosts.runs import check_asked_again, check_second_run
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.hosts.served_programs import PORT
from rehearsal.lab import expect
from rehearsal.part import find_part
from rehearsal.parts import VAULT
from rehearsal.vault_on_machine.files import MANIFEST
from rehearsal.vault_on_machine.vault_on_machine import VaultOnMachine

ORDER = InitOrder(shares=3, threshold=2)
BOOT_SECONDS = 120


class VaultChecks:
    """One Vault through its troubles; the key file is the rehearsal's own."""

    def checks(self) -> Iterator[tuple[str, Callable[[HostsLab], str | None]]]:
        """Return the checks by name, in the only order in which they make sense."""
        yield "vault: begins sealed, is initialised exactly once, its root token revoked", self.check_begin
        yield "vault: its keys are in no state, process list or log", self.check_keys
        yield "vault: key file lost is explained, nothing is overwritten", self.check_lost
        yield "vault: the key file of another Vault is refused", self.check_another
        yield "vault: a power cut of all machines leaves it sealed, its keys open it", self.check_power_cut
        yield "vault: wiped storage is explained, no new keys are made", self.check_wiped

    def check_begin(self, lab: HostsLab) -> str:
        """Prove that it begins when its manifest is placed, and is asked for keys once."""
        begun = time.monotonic()
        machine = lab.machines[lab.settings.roles.servers[0]]
        self._vault = VaultOnMachine(machine, mount=lab.settings.data, name=f"vault.{lab.settings.domain}")
        self._file = lab.folder / "keys" / "keys.json"
        self._root = lab.stack.output("root_certificate")
        program = find_part(VAULT).path
        (lab.folder / "programs" / "vault").symlink_to(program)
        with program.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        self._vault.prepare(url=f"http://{lab.machines.gateway}:{PORT}/vault", sha256=digest)
        machine.run(f"sudo test -e {MANIFEST} || sudo install -D /dev/null {MANIFEST}")
        self._vault.wait()
        seal = self._seal()
        self._expect_case(SealCase.NEW)
        seal.initialise(ORDER)
        self._expect_case(SealCase.SEALED)
        seal.unseal()
        self._expect_case(SealCase.UNSEALED)
        self._expect_refused(lambda: self._seal().initialise(ORDER), "is unsealed")
        return f"{time.monotonic() - begun:.0f} s"

    def check_keys(self, lab: HostsLab) -> None:
        """Prove that no share is where others could read it."""
        shares = self._seal().plain_shares()
        expect(len(shares) == ORDER.shares, f"expected {ORDER.shares} shares in the key file, found {len(shares)}")
        words = "".join(f"{share}\n" for share in shares)
        exported = lab.stack.export()
        expect(not any(share in exported for share in shares), "found a share in the state")
        searched = (
            "exec 3<&0; sudo sh -c 'ps -eww -o args; journalctl --no-pager --quiet' </dev/null "
            "| grep -caFf /dev/fd/3 || true"
        )
        for machine in lab.machines:
            found = machine.run(searched, given=words).stdout.strip()
            expect(found == "0", f"{machine.name}: found a share in a process list or the journal")

    def check_lost(self, lab: HostsLab) -> None:
        """Prove that without its key file Vault is left alone, and that a copy of the file helps."""
        del lab
        away = self._file.parent.with_name("keys-away")
        self._file.parent.rename(away)
        try:
            self._expect_case(SealCase.KEYS_MISSING)
            for verb in (lambda: self._seal().initialise(ORDER), lambda: self._seal().unseal()):
                self._expect_refused(verb, "there is no key file at")
            expect(not self._file.exists(), "expected no key file to be made")
        finally:
            shutil.rmtree(self._file.parent, ignore_errors=True)
            away.rename(self._file.parent)
        self._expect_case(SealCase.UNSEALED)

    def check_another(self, lab: HostsLab) -> None:
        """Prove that keys which open another Vault are neither used nor overwritten."""
        foreign = lab.folder / "keys-of-another" / "keys.json"
        shutil.copytree(self._file.parent, foreign.parent)
        (foreign.parent / "keys.json.vault").unlink()
        for share in self._seal().plain_shares():
            other = ("A" if share[0] != "A" else "B") + share[1:]
            foreign.write_text(foreign.read_text(encoding="utf-8").replace(share, other), encoding="utf-8")
        before = foreign.read_bytes()
        self._expect_refused(lambda: self._seal(foreign).unseal(), "holds the keys of another Vault")
        expect(foreign.read_bytes() == before, "expected the other operator's key file as it was")
        self._expect_case(SealCase.UNSEALED)

    def check_power_cut(self, lab: HostsLab) -> str:
        """Prove that after a power cut of all machines unsealing and one run bring the lab back, nothing made anew."""
        kept = self._file.read_bytes()
        begun = time.monotonic()
        for machine in lab.machines:
            machine.kill()
        lab.machines.start()
        self._vault.wait()
        self._expect_case(SealCase.SEALED)
        self._seal().unseal()
        self._expect_case(SealCase.UNSEALED)
        unsealed = time.monotonic() - begun
        check_second_run(lab)
        self._until_as_declared(lab, begun)
        expect(self._file.read_bytes() == kept, "expected the key file as it was")
        return f"unsealed after {unsealed:.0f} s, everything as declared after {time.monotonic() - begun:.0f} s"

    def check_wiped(self, lab: HostsLab) -> None:
        """Prove that a Vault without its storage gets no new keys in the place of those that open the old data."""
        del lab
        kept = self._file.read_bytes()
        self._vault.wipe()
        self._expect_case(SealCase.WIPED)
        for verb in (lambda: self._seal().initialise(ORDER), lambda: self._seal().unseal()):
            self._expect_refused(verb, "is not initialised, but")
        expect(self._file.read_bytes() == kept, "expected the key file as it was")

    def _seal(self, file: Path | None = None) -> VaultSeal:
        return VaultSeal(SealApi(self._vault.url, ca=self._root), KeyFile(str(file or self._file)))

    def _expect_case(self, wanted: SealCase) -> None:
        found = self._seal().look().case
        expect(found is wanted, f"expected Vault to be {wanted.value}, found it {found.value}")

    @staticmethod
    def _expect_refused(verb: Callable[[], object], words: str) -> None:
        try:
            verb()
        except FactoryError as error:
            expect(words in str(error), f"expected to be told `{words}`, found: {error}")
        else:
            raise CheckFailedError(f"expected to be refused with `{words}`, nothing was")

    @staticmethod
    def _until_as_declared(lab: HostsLab, begun: float) -> None:
        """Wait for containers that have yet to start; what is not as declared by then is a failure."""
        while time.monotonic() - begun < BOOT_SECONDS:
            try:
                check_asked_again(lab)
            except AssertionError:
                time.sleep(2)
            else:
                return
        check_asked_again(lab)
