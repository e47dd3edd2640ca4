"""Operation: a certificate authority that the host trusts."""

import re
from collections.abc import Generator

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationError, OperationValueError
from pyinfra.api.operation import operation
from pyinfra.context import host, state

from hosts.facts.trusted_certificate import TrustedCertificate

FOLDER = "/usr/local/share/ca-certificates"


@operation()
def trusted_root(*, label: str, source: str) -> Generator[StringCommand, None, None]:
    """Put a certificate that lies on the host into its trust store.

    + label: name of the file in the store
    + source: absolute path of the certificate; an operation before may place it
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", label):
        raise OperationValueError(f"label: expected lower case letters, for example lab-root, found {label!r}")
    target = f"{FOLDER}/{label}.crt"
    found = host.get_fact(TrustedCertificate, source=source, target=target)
    if found == "trusted":
        host.noop(f"{label} is trusted")
        return
    if found == "no source" and state.is_executing:
        raise OperationError(f"{source}: expected a certificate, found nothing")
    yield StringCommand(
        *("install -D -m 644 --", QuoteString(source), QuoteString(target)),
        # --fresh brings a link back that was taken out of /etc/ssl/certs by hand.
        "&& update-ca-certificates --fresh >/dev/null",
    )
