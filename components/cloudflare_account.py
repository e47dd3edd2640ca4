"""Which account at Cloudflare is ours."""

import re
from collections.abc import Mapping

import pulumi

from provider.cloudflare_resources.seen_accounts import seen_accounts

_ID = re.compile(r"[0-9a-f]{32}")


def cloudflare_account(wanted: str | None, *, provider: pulumi.ProviderResource) -> pulumi.Output[str]:
    """Return the id of the account: the only one that the token sees, or the one that *wanted* names.

    An id is taken as it is, without asking: a token that belongs to an account may not list accounts.
    """
    if wanted is not None and _ID.fullmatch(wanted):
        return pulumi.Output.from_input(wanted)
    return seen_accounts(provider=provider).apply(lambda seen: only_account(seen, wanted))


def only_account(seen: Mapping[str, str], wanted: str | None) -> str:
    """Return the id of the one account in *seen*, id → name, that can be meant."""
    found = [identity for identity, name in seen.items() if wanted in {None, name}]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{name} ({identity})" for identity, name in sorted(seen.items(), key=lambda one: one[1]))
    meant = "an account" if wanted is None else f"an account called {wanted}"
    raise ValueError(
        f"CLOUDFLARE_API_TOKEN: expected it to see {meant}, and one alone; it sees {names or 'none'}. "
        "Name the account, or give its id, as cloudflare.account in the stack file"
    )
