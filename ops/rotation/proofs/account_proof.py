"""The proof of the password of an account of Gitea."""

from collections.abc import Mapping, Sequence

from ops.rotation.proofs.needed_value import needed_value
from provider.gitea.api import GiteaApi


class AccountProof:
    """Gitea lets the account in by the password; an account has one, so there are no others."""

    def __init__(self, api: GiteaApi) -> None:
        """Ask *api*."""
        self._api = api

    def accepts(self, values: Mapping[str, str]) -> bool:
        """Tell whether the account has this password."""
        user, password = (needed_value(values, field) for field in ("user", "password"))
        return self._api.lets_in(user, password, path="/api/v1/user")

    def others(self, values: Mapping[str, str]) -> Sequence[str]:  # noqa: ARG002 - the protocol's
        """Return nothing."""
        return ()
