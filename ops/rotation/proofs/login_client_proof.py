"""The proof of a client of Gitea's logins."""

from collections.abc import Mapping, Sequence

from ops.rotation.proofs.needed_value import needed_value
from ops.rotation.proofs.numbered import numbered
from provider.gitea.api import GiteaApi
from provider.gitea_kinds.oauth2_application_kind import APPLICATIONS, INTROSPECTION


class LoginClientProof:
    """Gitea takes the id with the secret."""

    def __init__(self, api: GiteaApi, *, purpose: str) -> None:
        """Ask *api*; *purpose* is what the names of the clients begin with."""
        self._api = api
        self._purpose = purpose

    def accepts(self, values: Mapping[str, str]) -> bool:
        """Tell whether Gitea knows the client by its secret."""
        identity, secret = (needed_value(values, field) for field in ("client_id", "client_secret"))
        return self._api.lets_in(identity, secret, path=INTROSPECTION, form={"token": ""})

    def others(self, values: Mapping[str, str]) -> Sequence[str]:
        """Return the names of the other clients of this purpose."""
        own = needed_value(values, "client_id")
        return [
            str(one["name"])
            for one in self._api.listed(APPLICATIONS, inside="/user")
            if numbered(self._purpose, str(one["name"])) and one["client_id"] != own
        ]
