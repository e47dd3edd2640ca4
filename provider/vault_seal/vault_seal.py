"""Bring a Vault from bare to serving, and its keys to where they are kept."""

import dataclasses
from collections.abc import Sequence

from provider.factory_error import FactoryError
from provider.http.lost_answer_error import LostAnswerError
from provider.vault_seal.answer_file import Reserved
from provider.vault_seal.explained import RUNBOOK, explained, half_made
from provider.vault_seal.init_order import InitOrder
from provider.vault_seal.kept_answer import KeptAnswer
from provider.vault_seal.key_file import KeyFile
from provider.vault_seal.refused_error import RefusedError
from provider.vault_seal.root_token import root_token
from provider.vault_seal.seal_api import SealApi
from provider.vault_seal.seal_case import Look, SealCase
from provider.vault_seal.seal_status import SealStatus
from provider.vault_seal.undisturbed import undisturbed
from provider.vault_seal.unseal_keys import UnsealKeys
from provider.vault_seal.vault_record import VaultRecord


class VaultSeal:
    """One Vault and the key file that is meant to be its own."""

    def __init__(self, api: SealApi, file: KeyFile) -> None:
        """Work with *api* and *file*; nothing is contacted yet."""
        self.api = api
        self.file = file

    def look(self) -> Look:
        """Look at both."""
        return Look.at(self.api, self.file)

    def initialise(self, order: InitOrder) -> None:
        """Have Vault make its keys, and keep them: exactly once, or not at all."""
        first = self.look()
        if first.case is not SealCase.NEW:
            raise self._refused(first)
        with self.file.answer.alone() as reserved:
            # Somebody may have come between the first look and the lock.
            again = dataclasses.replace(self.look(), asked=first.asked)
            if again.case is not SealCase.NEW:
                raise self._refused(again)
            reserved.make_room(order.shares)
            head = KeptAnswer.head(vault=self.api.url, threshold=order.threshold, recipients=order.packets)
            with undisturbed():
                reserved.keep(KeptAnswer.written(head, self._answer(order, reserved)))
            self.file.file_answer()

    def unseal(self) -> SealStatus:
        """Unseal it with the shares that are kept, and finish what a first start has to finish."""
        look = self.look()
        if look.case in {SealCase.NEW, SealCase.WIPED, SealCase.KEYS_MISSING, SealCase.ANOTHER} or look.keys is None:
            raise self._refused(look)
        self.file.file_answer()
        opened = look.case is SealCase.SEALED
        if opened:
            self._give_all(look, _plain(look.keys, self.file))
        return self._finish(look.keys, opened=opened)

    def plain_shares(self) -> Sequence[str]:
        """Return the shares that are kept."""
        look = self.look()
        if look.keys is None:
            raise self._refused(look)
        return _plain(look.keys, self.file)

    def unseal_by_hand(self, shares: Sequence[str]) -> SealStatus:
        """Give *shares* that somebody brought; the key file need not be there, and one of another Vault is ignored."""
        status = self.api.status()
        if not status.initialized:
            raise self._refused(self.look())
        for share in shares:
            if not status.sealed:
                break
            status = self._give(share, before=status)
        if status.sealed:
            return status
        look = self.look()
        if look.case in {SealCase.KEYS_MISSING, SealCase.ANOTHER} or look.keys is None:
            return self.api.wait_until_it_serves()
        self.file.file_answer()
        # Shares that are encrypted prove nothing here; whoever decrypted them says which file they are from.
        return self._finish(look.keys, opened=look.keys.encrypted)

    def _answer(self, order: InitOrder, reserved: Reserved) -> bytes:
        try:
            return self.api.initialise(order.body)
        except LostAnswerError as error:
            raise FactoryError(
                f"{error}. If Vault has made its keys, they were in the answer that was lost: nobody has them, it can "
                "never have been unsealed, and it is empty. `./factory vault status` says how it is, "
                f"{RUNBOOK} what to do"
            ) from error
        except RefusedError as error:
            reserved.give_up()
            if "already initialized" in str(error):
                raise FactoryError(
                    f"Vault at {self.api.url} was initialised by somebody else a moment ago; no keys were made here "
                    "and nothing was written. Ask the other operators for the key file"
                ) from error
            if half := half_made(str(error), url=self.api.url):
                raise FactoryError(half) from error
            raise
        except FactoryError:
            reserved.give_up()
            raise

    def _give_all(self, look: Look, shares: Sequence[str]) -> None:
        """Give all shares; once more from the first when somebody had given a wrong one before."""
        for attempt in (1, 2):
            try:
                for share in shares:
                    if not self.api.give(share).sealed:
                        return
            except RefusedError as error:
                # Vault has forgotten all shares by now.
                if look.status.given == 0 or attempt == 2:  # noqa: PLR2004 - the second of two
                    raise self._does_not_open(error) from error
        raise FactoryError(f"Vault at {self.api.url} is still sealed: somebody else starts over again and again")

    def _give(self, share: str, *, before: SealStatus) -> SealStatus:
        try:
            return self.api.give(share)
        except RefusedError as error:
            if self.api.status().given == before.given and "hex or base64" in str(error):
                raise FactoryError(
                    "that is no share: expected hexadecimal digits or base64, as Vault gave it. Nothing was counted"
                ) from error
            raise FactoryError(
                f"Vault at {self.api.url} is not opened by these {before.threshold} shares: one of them is wrong, or "
                f"of another Vault; which one, it does not tell. {error}. It has forgotten all of them: begin again"
            ) from error

    def _finish(self, keys: UnsealKeys, *, opened: bool) -> SealStatus:
        """Keep which Vault these keys opened, then make the first root token useless."""
        status = self.api.wait_until_it_serves()
        look, answer = self.look(), self.file.answer.read()
        if look.case is SealCase.ANOTHER:
            raise self._refused(look)
        if answer is not None:
            lives = self.api.accepts(answer.root_token)
            if not lives and look.record is None and not opened:
                raise FactoryError(
                    f"Vault at {self.api.url} does not know the root token in {self.file.answer.path}: "
                    f"it is another Vault, or somebody has revoked it already. Nothing was done. See {RUNBOOK}"
                )
            self._record(status)
            if lives:
                self._revoke(answer.root_token)
            self.file.answer.remove()
        else:
            if look.record is None and not opened:
                self._prove(keys)
            # The address and whom it is trusted by may be others than the last time.
            self._record(status)
        return status

    def _prove(self, keys: UnsealKeys) -> None:
        """Have Vault look at the shares without giving it a reason to be sealed."""
        try:
            with root_token(self.api, _plain(keys, self.file)):
                pass
        except RefusedError as error:
            raise self._does_not_open(error) from error

    def _does_not_open(self, error: RefusedError) -> FactoryError:
        return FactoryError(
            f"{self.file.path} does not open Vault at {self.api.url}: it holds the keys of another Vault, or old ones. "
            f"{error}. Nothing was overwritten. Get the key file of this Vault from whoever initialised it. "
            f"See {RUNBOOK}"
        )

    def _record(self, status: SealStatus) -> None:
        record = VaultRecord(cluster=str(status.cluster), vault=self.api.url, ca=self.api.ca)
        if record != self.file.record:
            self.file.write_record(record)

    def _revoke(self, token: str) -> None:
        self.api.call("PUT", "auth/token/revoke-self", token=token)
        if self.api.accepts(token):
            raise FactoryError(f"Vault at {self.api.url} still takes the root token that it was told to revoke")

    def _refused(self, look: Look) -> FactoryError:
        return FactoryError(explained(look, url=self.api.url, file=self.file))


def _plain(keys: UnsealKeys, file: KeyFile) -> Sequence[str]:
    if keys.encrypted:
        raise FactoryError(
            f"the shares in {file.path} are encrypted to {len(keys.recipients)} PGP keys. Expected {keys.threshold} of "
            f"their owners to decrypt theirs and to give it to `./factory vault unseal --by-hand`. See {RUNBOOK}"
        )
    return keys.shares
