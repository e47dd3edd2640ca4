"""The proof of a key pair of R2."""

from collections.abc import Callable, Mapping, Sequence

from ops.rotation.proofs.cloudflare_tokens import CloudflareTokens
from ops.rotation.proofs.needed_value import needed_value
from ops.rotation.proofs.s3_bucket import S3Bucket


class R2PairProof:
    """A pair signs a request; its access key is the id of the token that it comes from."""

    def __init__(
        self, tokens: CloudflareTokens, bucket: Callable[[str], S3Bucket], *, access_field: str, secret_field: str
    ) -> None:
        """Find the *bucket* of an account, and the pair in these fields of what is published."""
        self._tokens = tokens
        self._bucket = bucket
        self._access, self._secret = access_field, secret_field

    def accepts(self, values: Mapping[str, str]) -> bool:
        """Tell whether R2 knows the pair and lets it list the bucket."""
        pair = needed_value(values, self._access), needed_value(values, self._secret)
        return self._bucket(self._tokens.account).lets_in(*pair)

    def others(self, values: Mapping[str, str]) -> Sequence[str]:
        """Return the ids of the other tokens of this purpose."""
        own = needed_value(values, self._access)
        return [identity for identity in self._tokens.ids() if identity != own]
