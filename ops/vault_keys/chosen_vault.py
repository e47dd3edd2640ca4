"""The Vault that the stack file names, and the key file that is meant for it."""

import dataclasses
import json
import os
from pathlib import Path

import yaml

from provider.factory_error import FactoryError
from provider.guard import refuse_production
from provider.vault_seal.init_order import InitOrder
from provider.vault_seal.key_file import KeyFile
from provider.vault_seal.seal_api import SealApi
from provider.vault_seal.vault_seal import VaultSeal
from stacks.faults import RefusedSettingsError
from stacks.hosts_settings import read_hosts_settings

FILE = "Pulumi.hosts.yaml"
PLACE = "settings.vault"


class NoVaultError(Exception):
    """The stack file does not say which Vault; the text says what to do."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ChosenVault:
    """One Vault with its keys."""

    seal: VaultSeal
    """What works with both."""
    order: InitOrder
    """What keys it is to have."""


def chosen_vault(folder: Path, *, ca_file: Path | None) -> ChosenVault:
    """Return the Vault of the stack file in *folder*, unless it is production and that was not asked for.

    It is trusted by *ca_file*, else by what the last run kept beside the key file, else as the system does.
    """
    try:
        content = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
        settings = read_hosts_settings(json.dumps(content["config"]["factory:settings"]))
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise NoVaultError(f"{folder / FILE}: cannot be read as the file of the stack hosts: {error}") from error
    except RefusedSettingsError as error:
        raise NoVaultError(str(error)) from error
    if settings.vault is None:
        raise NoVaultError(f"{folder / FILE}: {PLACE} is missing. Expected a mapping of url and key_file")
    vault = settings.vault
    refuse_production({f"{PLACE}.url": vault.url}, os.environ)
    order = InitOrder(shares=vault.shares, threshold=vault.threshold, recipients=vault.recipients)
    if faults := [f"{PLACE}.{key}: {fault}" for key, fault in order.faults()]:
        raise NoVaultError("\n".join(faults))
    file = KeyFile(vault.key_file)
    return ChosenVault(seal=VaultSeal(SealApi(vault.url, ca=_ca(ca_file, file)), file), order=order)


def _ca(ca_file: Path | None, file: KeyFile) -> str | None:
    if ca_file is None:
        record = file.record
        return None if record is None else record.ca
    try:
        return ca_file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise FactoryError(f"{ca_file}: expected certificates as PEM text: {error}") from error
