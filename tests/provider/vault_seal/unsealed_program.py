"""A program that declares a Vault that serves."""

import json
import os

import pulumi

from provider.resources import HostsProvider
from provider.vault_resources.unsealed import Unsealed

SETTINGS_VARIABLE = "UNSEALED_SETTINGS"


def main() -> None:
    """Declare it with two shares of three."""
    told = json.loads(os.environ[SETTINGS_VARIABLE])
    opts = pulumi.ResourceOptions(provider=HostsProvider("factory"))
    vault = Unsealed("vault", url=told["url"], ca=told["ca"], key_file=told["file"], shares=3, threshold=2, opts=opts)
    pulumi.export("cluster", vault.cluster)
