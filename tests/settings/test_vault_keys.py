"""Vault's keys in the settings of the stack `hosts`."""

import json
from pathlib import Path

import pytest
import yaml

from provider.guard import ProductionRefusedError, refuse_production
from stacks.hosts_settings import read_hosts_settings

LEAST = Path(__file__).parent / "hosts" / "valid" / "least.yaml"


def test_production_vault_is_seen_by_the_guard() -> None:
    """The address of Vault is among those that a run without the target is kept from."""
    vault = {"url": "https://vault.arcodange.lab", "key_file": "~/keys/keys.json"}
    settings = read_hosts_settings(json.dumps({**yaml.safe_load(LEAST.read_text()), "vault": vault}))

    with pytest.raises(
        ProductionRefusedError, match=r"settings\.vault\.url: https://vault\.arcodange\.lab is production"
    ):
        refuse_production(settings.addresses, {})


def test_one_share_is_the_default() -> None:
    """Several shares in one file protect nothing."""
    vault = {"url": "https://vault.example.org", "key_file": "~/keys/keys.json"}
    settings = read_hosts_settings(json.dumps({**yaml.safe_load(LEAST.read_text()), "vault": vault})).vault

    assert settings is not None
    assert (settings.shares, settings.threshold, settings.recipients) == (1, 1, ())
