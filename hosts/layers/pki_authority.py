"""The making of the certificate authority: once, and never over one that exists."""

import hashlib
import ssl
from collections.abc import Generator, Mapping

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationError
from pyinfra.api.operation import operation
from pyinfra.context import host

from hosts.facts.authority_files import AuthorityFiles
from hosts.layers import pki_settings as at

MARKER = "/var/lib/factory/authority-made"
"""Stands outside the folder of the authority: it tells a lost folder from a host that never had one."""
NEEDED = (at.ROOT, at.INTERMEDIATE, at.INTERMEDIATE_KEY, at.PROVISIONER, at.PROVISIONER_KEY)
"""What runs the authority; the root's key is not needed for that and may be kept elsewhere."""
ASKED = (*NEEDED, MARKER)

# The folder appears whole or not at all: it is made beside its place, and moved there in one step.
_MAKE = """
set -eu
umask 077
target=$1 name=$2 password=$3 provisioner_password=$4 root_hours=$5 intermediate_hours=$6 account=$7
new=$target.new
rm -rf -- "$new"
mkdir -p -- "$new"
step certificate create "$name Root CA" "$new/root_ca.crt" "$new/root_ca_key" --profile root-ca \\
  --kty EC --curve P-256 --password-file "$password" --not-after "${root_hours}h"
step certificate create "$name Intermediate CA" "$new/intermediate_ca.crt" "$new/intermediate_ca_key" \\
  --profile intermediate-ca --kty EC --curve P-256 --password-file "$password" --not-after "${intermediate_hours}h" \\
  --ca "$new/root_ca.crt" --ca-key "$new/root_ca_key" --ca-password-file "$password"
step crypto jwk create "$new/provisioner.json" "$new/provisioner_key.json" --kty EC --curve P-256 --alg ES256 \\
  --use sig --password-file "$provisioner_password"
chmod 755 "$new"
chmod 644 "$new/root_ca.crt" "$new/intermediate_ca.crt" "$new/provisioner.json"
chown "$account:$account" "$new/intermediate_ca_key"
sync -f "$new"
[ ! -e "$target" ] || { echo "$target came into being meanwhile: left alone" >&2; exit 1; }
mv -T -- "$new" "$target"
"""


def fingerprint(certificate: str) -> str:
    """Return the SHA-256 of a certificate in PEM, as step tells it."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()


def refusal(found: Mapping[str, str], *, root_fingerprint: str | None) -> str | None:
    """Return why nothing may be made here nor used as it is, with what to do, or None."""
    missing = [path for path in NEEDED if path not in found]
    if len(missing) == len(NEEDED):
        if MARKER in found:
            return (
                f"{MARKER}: this host had a certificate authority and its key material is gone; expected "
                f"{at.AUTHORITY} to be put back from a backup or a replica. A new one would make every certificate "
                "of the lab invalid: docs/runbooks/certificates.md, `The authority is lost`"
            )
        if root_fingerprint is not None:
            return (
                f"root_fingerprint: the lab has a certificate authority ({root_fingerprint[:16]}…) and this host does "
                f"not have its key material; expected it in {at.AUTHORITY}, from a backup or a replica"
            )
        return None
    if missing:
        return (
            f"{at.AUTHORITY}: expected all of the key material, found no {', '.join(missing)}; "
            "put it back from a backup or a replica"
        )
    is_root = fingerprint(found[at.ROOT])
    if root_fingerprint not in {None, is_root}:
        return f"root_fingerprint: expected {root_fingerprint}, found {is_root} in {at.ROOT}"
    return None


@operation()
def made_authority(
    *, label: str, root_days: int, intermediate_days: int, root_fingerprint: str | None
) -> Generator[StringCommand, None, None]:
    """Make root, intermediate and provisioner key, unless the host has them; refuse where they seem lost.

    The keys are encrypted with the passwords that stand in files on the host already.
    """
    found = host.get_fact(AuthorityFiles, paths=ASKED)
    reason = refusal(found, root_fingerprint=root_fingerprint)
    if reason is not None:
        raise OperationError(reason)
    if at.ROOT in found and MARKER in found:
        host.noop("the certificate authority exists")
        return
    if at.ROOT not in found:
        words = (at.AUTHORITY, label, at.PASSWORD, at.PROVISIONER_PASSWORD)
        yield StringCommand(
            *("PATH=/usr/local/bin:$PATH sh -c", QuoteString(_MAKE), "make", *map(QuoteString, words)),
            *(str(root_days * 24), str(intermediate_days * 24), at.ACCOUNT),
        )
    # Written after the key material: where power goes between, the next run finds the material and writes it.
    yield StringCommand(
        *("install -d -m 755 /var/lib/factory && sha256sum --", at.ROOT, ">", MARKER, "&& sync --", MARKER)
    )


@operation()
def same_authority(*, root_certificate: str) -> Generator[StringCommand, None, None]:
    """Refuse a host that holds key material of another authority than the one given."""
    found = host.get_fact(AuthorityFiles, paths=(at.ROOT,)).get(at.ROOT)
    if found is not None and fingerprint(found) != fingerprint(root_certificate):
        raise OperationError(
            f"{at.ROOT}: expected the root {fingerprint(root_certificate)[:16]}… of the primary, found "
            f"{fingerprint(found)[:16]}…; this host has an authority of its own, which would be overwritten"
        )
    host.noop("no other authority is here")
    yield from ()
