"""The accounts that the token of the official provider sees."""

import importlib.metadata
from collections.abc import Mapping

import pulumi

FUNCTION = "cloudflare:index/getAccounts:getAccounts"


def seen_accounts(*, provider: pulumi.ProviderResource) -> pulumi.Output[Mapping[str, str]]:
    """Return id → name of the accounts; a token that belongs to an account may not ask."""
    opts = pulumi.InvokeOptions(provider=provider, version=importlib.metadata.version("pulumi-cloudflare"))
    found: pulumi.Output[Mapping[str, list[Mapping[str, str]]]] = pulumi.runtime.invoke_output(FUNCTION, {}, opts)
    return found.apply(lambda answer: {one["id"]: one["name"] for one in answer["results"]})
