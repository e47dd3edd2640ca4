"""The proof of an API token of Cloudflare."""

from collections.abc import Mapping, Sequence

from ops.rotation.proofs.cloudflare_tokens import CloudflareTokens
from ops.rotation.proofs.needed_value import needed_value


class CloudflareTokenProof:
    """A token is asked about itself."""

    def __init__(self, tokens: CloudflareTokens, *, field: str) -> None:
        """Take the value from *field* of what is published."""
        self._tokens = tokens
        self._field = field

    def accepts(self, values: Mapping[str, str]) -> bool:
        """Tell whether Cloudflare knows the token, and it is active."""
        return self._tokens.id_of(needed_value(values, self._field)) is not None

    def others(self, values: Mapping[str, str]) -> Sequence[str]:
        """Return the ids of the other tokens of this purpose."""
        own = self._tokens.id_of(needed_value(values, self._field))
        return [identity for identity in self._tokens.ids() if identity != own]
