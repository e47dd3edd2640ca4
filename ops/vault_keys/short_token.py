"""A token for one command."""

import contextlib
from collections.abc import Iterator, Sequence

from components.ci_rights import ci_rights
from components.vault_policy import vault_policy
from provider.factory_error import FactoryError
from provider.vault_seal.root_token import root_token
from provider.vault_seal.seal_api import SealApi

POLICY = "factory-bootstrap"
LONGEST = "1h"


@contextlib.contextmanager
def short_token(api: SealApi, shares: Sequence[str]) -> Iterator[str]:
    """Yield a token with the rights of the stack `main`; it ends with the `with`, and after an hour at the latest."""
    rights = {**ci_rights(), f"sys/policies/acl/{POLICY}": ("create", "delete", "read", "update")}
    with root_token(api, shares) as root:
        api.call("PUT", f"sys/policies/acl/{POLICY}", token=root, json={"policy": vault_policy(rights)})
        wanted = {"policies": [POLICY], "ttl": LONGEST, "explicit_max_ttl": LONGEST, "display_name": POLICY}
        answer = api.call("PUT", "auth/token/create-orphan", token=root, json=wanted)
    auth = answer.get("auth")
    if not isinstance(auth, dict):
        raise FactoryError(f"{api.url} does not answer as Vault does: expected a token")
    token = str(auth["client_token"])
    try:
        yield token
    finally:
        # Without its policy a token may still end itself, but nothing else.
        api.call("DELETE", f"sys/policies/acl/{POLICY}", token=token)
        api.call("PUT", "auth/token/revoke-self", token=token)
