"""Vault on a machine: sealed after each start, initialised once, its keys never overwritten."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from provider.factory_error import FactoryError
from provider.vault_seal.init_order import InitOrder
from provider.vault_seal.key_file import KeyFile
from provider.vault_seal.seal_api import SealApi
from provider.vault_seal.seal_case import SealCase
from provider.vault_seal.vault_seal import VaultSeal
from rehearsal.check_list import CheckFailedError
from rehearsal.checks.cluster.power_cut import UNSEALED, check_power_cut
from rehearsal.checks.cluster.vault_first import lets_start
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import changes, expect, expect_success

ORDER = InitOrder(shares=1, threshold=1)


class VaultChecks:
    """One Vault through its troubles; the key file is the rehearsal's own."""

    def checks(self) -> Iterator[tuple[str, Callable[[HostsLab], str | None]]]:
        """Return the checks by name, in the only order in which they make sense."""
        yield "vault: the stack initialises it once and unseals it, its root token revoked", self.check_begin
        yield "vault: its keys are in no state, process list or log", self.check_keys
        yield "vault: key file lost is explained, nothing is overwritten", self.check_lost
        yield "vault: the key file of another Vault is refused", self.check_another
        yield "power cut of all machines: the runbook's commands bring the lab back", check_power_cut
        yield "vault: wiped storage is explained, no new keys are made", self.check_wiped
        yield "vault: its storage back and sealed, the stack shows that and unseals it", self.check_stack_unseals

    def after_failures(self) -> Iterator[tuple[str, Callable[[HostsLab], str | None]]]:
        """Return what is due when its machine was without power."""
        yield "vault: unsealed after its machine was away", self.check_sealed_again

    def check_begin(self, lab: HostsLab) -> str:
        """Prove that the stack had it make its keys, kept them, and unsealed it; asked again it makes no others."""
        keys = lab.settings.vault
        if keys is None:
            raise CheckFailedError("expected settings of Vault, found none")
        self._vault = lab.vault
        self._file = Path(keys.key_file)
        self._root = lab.stack.output("root_certificate")
        declared = [*lab.stack.resources(UNSEALED).values()]
        expect(len(declared) == 1, f"expected the stack to declare one Vault, found {len(declared)}")
        self._expect_case(SealCase.UNSEALED)
        self._expect_refused(lambda: self._seal().initialise(ORDER), "is unsealed")
        left = [one.name for one in self._file.parent.iterdir() if one.name.endswith(".answer")]
        expect(not left, "expected the first root token to be revoked, found Vault's answer kept")
        return f"cluster {declared[0]['cluster']}"

    def check_keys(self, lab: HostsLab) -> None:
        """Prove that no share is where others could read it."""
        shares = self.shares()
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

    def check_wiped(self, lab: HostsLab) -> None:
        """Prove that a Vault without its storage gets no new keys in the place of those that open the old data."""
        kept = self._file.read_bytes()
        self._vault.wipe()
        try:
            self._expect_case(SealCase.WIPED)
            for verb in (lambda: self._seal().initialise(ORDER), lambda: self._seal().unseal()):
                self._expect_refused(verb, "is not initialised, but")
            document = lab.stack.run("up", refresh=True)
            said = "\n".join(each.message for each in document.diagnostics)
            expect(document.result == "failed", f"expected the stack to refuse a wiped Vault, it {document.result}")
            expect("is not initialised, but" in said, f"expected the stack to explain it, found:\n{said}")
            expect(self._file.read_bytes() == kept, "expected the key file as it was")
        finally:
            self._vault.bring_back()
        self._expect_case(SealCase.SEALED)

    def check_stack_unseals(self, lab: HostsLab) -> None:
        """Prove that asking shows a sealed Vault as a difference, the only one, and that the next run opens it.

        Meanwhile what waits for it, as the page of ArgoCD says, waits; and then no longer.
        """
        self._expect_case(SealCase.SEALED)
        waiting = lab.machines[lab.settings.roles.foundations]
        expect(not lets_start(waiting, url=self._vault.url), "expected the ERP to wait for a sealed Vault")
        shown = lab.stack.run("preview", refresh=True)
        expect_success(shown)
        found = changes(shown)
        expect(len(found) == 1 and " vault " in found[0], f"expected the sealed Vault alone to differ, found {found}")
        expect_success(lab.stack.run("up", refresh=True))
        self._expect_case(SealCase.UNSEALED)
        expect(lets_start(waiting, url=self._vault.url), "expected the ERP to start beside an unsealed Vault")

    def check_sealed_again(self, lab: HostsLab) -> None:
        """Unseal what was sealed when its machine was away."""
        del lab
        self._vault.wait()
        self._seal().unseal()
        self._expect_case(SealCase.UNSEALED)

    def shares(self) -> Sequence[str]:
        """Return the shares in the key file, which no machine may have anywhere."""
        return self._seal().plain_shares()

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
