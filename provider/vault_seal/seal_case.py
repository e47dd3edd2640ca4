"""What there is of a Vault and its keys."""

import dataclasses
import enum

from provider.vault_seal.key_file import KeyFile
from provider.vault_seal.seal_api import SealApi
from provider.vault_seal.seal_status import SealStatus
from provider.vault_seal.unseal_keys import UnsealKeys
from provider.vault_seal.vault_record import VaultRecord


class SealCase(enum.Enum):
    """What there is, in words."""

    NEW = "not initialised"
    """Neither keys here nor keys there: it may be initialised."""
    WIPED = "wiped"
    """Keys here, and a Vault that has none."""
    KEYS_MISSING = "keys missing"
    """A Vault that has keys, and none of them here."""
    ANOTHER = "keys of another Vault"
    """A Vault that these keys do not open."""
    SEALED = "sealed"
    """It waits for its shares."""
    UNFINISHED = "unfinished"
    """It serves; its root token lives, or it is not proven yet that these are its keys."""
    UNSEALED = "unsealed"
    """It serves, and these are its keys."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Look:
    """A Vault and a key file, side by side."""

    status: SealStatus
    """How its seal is."""
    keys: UnsealKeys | None
    """What the key file holds."""
    record: VaultRecord | None
    """Which Vault those keys have opened before."""
    asked: bool
    """Whether a run asked for keys and wrote none down."""
    token_lives: bool
    """Whether the root token is still kept, for it is not revoked yet."""

    @classmethod
    def at(cls, api: SealApi, file: KeyFile) -> "Look":
        """Look at both; what cannot be asked is an error, never a case."""
        keys, record = file.read(), file.record
        return cls(
            status=api.status(), keys=keys, record=record, asked=file.asked(),
            token_lives=file.answer.read() is not None,
        )  # fmt: skip

    @property
    def case(self) -> SealCase:
        """What that is."""
        if not self.status.initialized:
            return SealCase.NEW if self.keys is None and self.record is None else SealCase.WIPED
        if self.keys is None:
            return SealCase.KEYS_MISSING
        if self._counts_differ or self._ids_differ:
            return SealCase.ANOTHER
        if self.status.sealed:
            return SealCase.SEALED
        return SealCase.UNFINISHED if self.record is None or self.token_lives else SealCase.UNSEALED

    @property
    def _counts_differ(self) -> bool:
        counts = (self.status.shares, self.status.threshold)
        return self.keys is not None and counts != (len(self.keys.shares), self.keys.threshold)

    @property
    def _ids_differ(self) -> bool:
        there = self.status.cluster
        return there is not None and self.record is not None and there != self.record.cluster
