"""What the file of the stack `hosts` may say about Vault and its keys."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from stacks.faults import RefusedSettingsError
from stacks.model import Expect, Model

PLACE = "settings.vault"

HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://[^\s'\"/]+$")]
HomeFile = Annotated[str, StringConstraints(pattern=r"^~?(/[A-Za-z0-9_.][A-Za-z0-9_.-]*){2,}$")]
Recipient = Annotated[str, StringConstraints(min_length=1)]
Count = Annotated[int, Field(ge=1, le=255)]


class VaultKeys(Model):
    """Vault as the operator's machine reaches it, and the keys that open it."""

    url: Annotated[HttpsUrl, Expect(sentence="an https address", example="url: https://vault.arcodange.lab")]
    """Its address."""
    key_file: Annotated[
        HomeFile,
        Expect(sentence="a file in a folder of its own", example="key_file: ~/.config/factory/vault/keys.json"),
    ]
    """Where its keys are on the operator's machine; the folder has mode 700."""
    shares: Annotated[Count, Expect(sentence="a number from 1 to 255", example="shares: 1")] = 1
    """Into how many shares its key is split."""
    threshold: Annotated[Count, Expect(sentence="a number from 1 to 255", example="threshold: 1")] = 1
    """How many of them open it."""
    recipients: Annotated[
        tuple[Annotated[Recipient, Expect(sentence="a PGP public key", example="- mQENBG…")], ...],
        Expect(sentence="a list of PGP public keys", example="recipients: [mQENBG…]"),
    ] = ()
    """Who can read which share: PGP public keys in base64, one for each; none leaves the shares in plain."""

    @model_validator(mode="after")
    def _can_be_opened(self) -> Self:
        if faults := [*self._faults()]:
            raise RefusedSettingsError(faults)
        return self

    def _faults(self) -> Iterator[str]:
        example = "for example `shares: 3` and `threshold: 2`"
        if self.threshold > self.shares:
            found = f"found {self.threshold}"
            yield f"{PLACE}.threshold: {found}. Expected at most shares, which is {self.shares}, {example}"
        elif self.threshold == 1 < self.shares:
            yield f"{PLACE}.threshold: found 1 with {self.shares} shares. Expected 2 at least, {example}"
        if self.recipients and len(self.recipients) != self.shares:
            yield (
                f"{PLACE}.recipients: found {len(self.recipients)} keys for {self.shares} shares. "
                "Expected one for each share, or none"
            )
