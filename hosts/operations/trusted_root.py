"""Operations: a certificate authority that the host trusts."""

import re
from collections.abc import Generator

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationError, OperationValueError
from pyinfra.api.operation import OperationMeta, operation
from pyinfra.context import host, state

from hosts.facts.trusted_certificate import TrustedCertificate

FOLDER = "/usr/local/share/ca-certificates"


def trusted_root(*, name: str, label: str, source: str) -> OperationMeta:
    """Declare that a certificate that lies on the host is in its trust store, and in bundle and links made of that.

    Returned is the operation that places the certificate: what is made of the store alone may be put right without a
    restart of who has read it.

    + name: of the first operation; the second says what it does for it
    + label: name of the file in the store
    + source: absolute path of the certificate; an operation before may place it
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", label):
        raise OperationValueError(f"label: expected lower case letters, for example lab-root, found {label!r}")
    target = f"{FOLDER}/{label}.crt"
    placed = _stored_root(name=name, source=source, target=target)
    _gathered_roots(name=f"{name}, where programs look for it", source=source, target=target, stored=placed)
    return placed


@operation()
def _stored_root(*, source: str, target: str) -> Generator[StringCommand, None, None]:
    found = host.get_fact(TrustedCertificate, source=source, target=target)
    if found in {"trusted", "stored"}:
        host.noop(f"{target} is as declared")
        return
    if found == "no source" and state.is_executing:
        raise OperationError(f"{source}: expected a certificate, found nothing")
    yield StringCommand("install -D -m 644 --", QuoteString(source), QuoteString(target))


@operation()
def _gathered_roots(*, source: str, target: str, stored: OperationMeta) -> Generator[StringCommand, None, None]:
    changed = stored.did_change() if state.is_executing else stored.will_change
    if not changed and host.get_fact(TrustedCertificate, source=source, target=target) == "trusted":
        host.noop(f"{target} is trusted")
        return
    # --fresh brings a link back that was taken out of /etc/ssl/certs by hand.
    yield StringCommand("update-ca-certificates --fresh >/dev/null")
