"""Vault's data out of a snapshot, into a Vault that has none."""

import json
import ssl
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx

from provider.factory_error import FactoryError
from provider.vault_seal.refused_error import RefusedError, refused
from provider.vault_seal.seal_api import SealApi
from provider.vault_seal.vault_seal import VaultSeal

PAGE: Final = "docs/runbooks/recover-vault-lost.md"
HELD: Final = ".restoring"
"""End of the name of the file beside the key file with the keys that serve until the data are there."""
_SEALS_SECONDS: Final = 120
_SEND_SECONDS: Final = 300
_GZIP: Final = b"\x1f\x8b"


def restore_snapshot(seal: VaultSeal, snapshot: Path) -> None:
    """Put *snapshot* into the empty Vault of *seal*, and open it with the shares that are kept.

    An empty Vault must have keys before it takes a snapshot: those are kept beside the key file until the data are
    there. After a cut the same continues.

    Raises:
        FactoryError: it holds data, no shares are kept, or they do not open what is in the snapshot.

    """
    api, folder = seal.api, seal.file.folder
    held = f"{seal.file.path.name}{HELD}"
    _refuse_another_file(snapshot)
    keys = seal.file.read()
    if keys is None:
        raise FactoryError(
            f"{seal.file.path}: there is no key file. Expected the keys that Vault had when {snapshot} was made: "
            "nothing else opens its data"
        )
    if not api.status().initialized:
        folder.remove(held)
        # Vault goes on counting shares as before the restore, until it is started anew.
        order = {"secret_shares": len(keys.shares), "secret_threshold": keys.threshold}
        folder.write_new(held, api.initialise(order))
    own = folder.read(held)
    if own is None:
        raise FactoryError(f"Vault at {api.url} holds data. Nothing was restored over them. See {PAGE}")
    answer = json.loads(own)
    if _opened_by(api, answer["keys_base64"]):
        api.wait_until_it_serves()
        _send(api, snapshot, token=str(answer["root_token"]))
        _wait_until_sealed(api)
    seal.unseal()
    folder.remove(held)


def _refuse_another_file(snapshot: Path) -> None:
    try:
        with snapshot.open("rb") as file:
            begins = file.read(len(_GZIP))
    except OSError as error:
        raise FactoryError(f"{snapshot}: cannot be read: {error.strerror}. Expected a snapshot of Vault") from error
    if begins != _GZIP:
        raise FactoryError(f"{snapshot}: expected a snapshot of Vault, found something else")


def _opened_by(api: SealApi, shares: Sequence[str]) -> bool:
    """Return whether Vault is open with *shares* of its own; once the data are there it wants the others."""
    try:
        return not api.status().sealed or any(not api.give(share).sealed for share in shares)
    except RefusedError:
        return False


def _send(api: SealApi, snapshot: Path, *, token: str) -> None:
    trust = ssl.create_default_context(cadata=api.ca)
    try:
        with snapshot.open("rb") as file, httpx.Client(verify=trust, timeout=_SEND_SECONDS, trust_env=False) as client:
            answer = client.post(
                f"{api.url}/v1/sys/storage/raft/snapshot-force", content=file, headers={"X-Vault-Token": token}
            )
    except httpx.TransportError as error:
        raise FactoryError(f"Vault at {api.url} did not take the snapshot: {error}. The same continues") from error
    if answer.is_error:
        raise refused(answer, [token])


def _wait_until_sealed(api: SealApi) -> None:
    """Wait for what Vault does once it finds that its key is not that of the data."""
    deadline = time.monotonic() + _SEALS_SECONDS
    while not api.status().sealed:
        if time.monotonic() > deadline:
            raise FactoryError(f"Vault at {api.url} took the snapshot and is not sealed by it: look at its log")
        time.sleep(0.1)
