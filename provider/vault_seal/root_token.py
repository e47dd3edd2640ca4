"""A root token for a moment, made from the shares."""

import base64
import contextlib
from collections.abc import Iterator, Sequence

from provider.factory_error import FactoryError
from provider.http.json_types import Object
from provider.vault_seal.refused_error import RefusedError
from provider.vault_seal.seal_api import SealApi

ATTEMPT, UPDATE = "sys/generate-root/attempt", "sys/generate-root/update"


@contextlib.contextmanager
def root_token(api: SealApi, shares: Sequence[str]) -> Iterator[str]:
    """Yield a root token that *shares* prove the right to; it is revoked afterwards."""
    token = _generated(api, shares)
    try:
        yield token
    finally:
        api.call("PUT", "auth/token/revoke-self", token=token)


def _generated(api: SealApi, shares: Sequence[str]) -> str:
    started = _started(api)
    try:
        for share in shares:
            asked = {"key": share, "nonce": started["nonce"]}
            answer = api.call("PUT", UPDATE, json=asked, secrets=[share])
            if answer.get("complete") is True:
                return _decoded(str(answer["encoded_token"]), str(started["otp"]))
    except FactoryError:
        _cancel(api)
        raise
    _cancel(api)
    raise FactoryError(f"Vault at {api.url} gave no root token for {len(shares)} shares. Expected its threshold")


def _cancel(api: SealApi) -> None:
    # What went wrong before says more than a cancellation that went wrong too.
    with contextlib.suppress(FactoryError):
        api.call("DELETE", ATTEMPT)


def _started(api: SealApi) -> Object:
    try:
        return api.call("PUT", ATTEMPT, json={})
    except RefusedError as error:
        if "already in progress" not in str(error):
            raise
        raise FactoryError(
            f"Vault at {api.url} is making a root token for somebody else, or for a run that was killed. When nobody "
            "else is at it: `./factory vault run --cancel-other -- …`"
        ) from error


def _decoded(encoded: str, pad: str) -> str:
    """Return the token, which Vault sends mixed with the *pad* that it gave to whoever started."""
    mixed = base64.b64decode(encoded + "=" * (-len(encoded) % 4))
    return bytes(one ^ other for one, other in zip(mixed, pad.encode(), strict=True)).decode()
