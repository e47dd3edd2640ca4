"""Vault's storage is gone; a snapshot of it and the keys are left."""

from collections.abc import Mapping

import httpx

from provider.vault_seal.root_token import root_token
from rehearsal.drills.comparison import Comparison
from rehearsal.drills.drill import Drill
from rehearsal.drills.place import Place
from rehearsal.drills.vault_sealed import LAYERS, VaultSealed
from rehearsal.lab import expect

FETCH = "./factory backup restore pi1/vault --into vault"
"""What of the page is done otherwise here: on these machines Vault knows no account that may read its storage."""


class VaultLost:
    """A Vault with a secret in it, and a snapshot."""

    def __init__(self, place: Place) -> None:
        """Begin at *place*."""
        self._place = place
        self._lab = VaultSealed(place)
        self._snapshot = place.home / "snapshot"

    @property
    def names(self) -> Mapping[str, str]:
        """Where the snapshot lies."""
        return {FETCH: f"cp -r {self._snapshot} vault"}

    def write(self) -> None:
        """Keep a secret in Vault, and take a snapshot."""
        self._lab.write()
        self._snapshot.mkdir()
        with self._place.lab.inside():
            seal = self._lab.seal
            with root_token(seal.api, seal.plain_shares()) as token:
                answer = httpx.get(
                    f"{seal.api.url}/v1/sys/storage/raft/snapshot", headers={"X-Vault-Token": token},
                    verify=self._lab.trust, trust_env=False,
                )  # fmt: skip
        expect(answer.is_success, f"expected a snapshot of Vault, found {answer.status_code}")
        (self._snapshot / "vault.snap").write_bytes(answer.content)

    def strike(self) -> None:
        """Take its storage away; it begins anew, empty."""
        self._lab.vault.wipe()

    def compare(self) -> Comparison:
        """Read the secret."""
        return self._lab.compare()


DRILL = Drill(
    name="vault-lost",
    summary="Vault's data are lost; a snapshot and the keys are left",
    ground="machines",
    layers=LAYERS,
    assessed=True,
    begin=VaultLost,
)
