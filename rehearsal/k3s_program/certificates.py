"""The cluster's own authority, and what it issues."""

import secrets
import subprocess
from collections.abc import Sequence

from rehearsal.k3s_program.places import TLS
from rehearsal.k3s_program.say import fail

AUTHORITY = TLS / "server-ca.crt"
ACCOUNTS = TLS / "service.key"
CERTIFICATE = TLS / "serving-kube-apiserver.crt"
KEY = TLS / "serving-kube-apiserver.key"
_AUTHORITY_KEY = TLS / "server-ca.key"
_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
OWN_NAMES = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost")
OWN_ADDRESSES = ("127.0.0.1", "10.43.0.1")


def make_certificates(names: Sequence[str], addresses: Sequence[str]) -> str:
    """Make what is missing, a new certificate of the server in any case, and return that of the authority."""
    TLS.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not AUTHORITY.exists():
        new = f"{AUTHORITY}.new"
        subject = ("-days", "3650", "-subj", "/CN=k3s-server-ca")
        _openssl("req", "-x509", *_CURVE, *subject, "-keyout", str(_AUTHORITY_KEY), "-out", new)
        AUTHORITY.with_name(f"{AUTHORITY.name}.new").rename(AUTHORITY)
    if not ACCOUNTS.exists():
        key = ACCOUNTS.with_name("service.key.new")
        _openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(key))
        key.rename(ACCOUNTS)
    both = [f"DNS:{name}" for name in (*OWN_NAMES, *names)] + [f"IP:{one}" for one in (*OWN_ADDRESSES, *addresses)]
    extension, request = TLS / "names.cnf", TLS / "serving.csr"
    extension.write_text(f"subjectAltName={','.join(both)}\n", encoding="utf-8")
    _openssl("req", *_CURVE, "-subj", "/CN=kube-apiserver", "-keyout", str(KEY), "-out", str(request))
    issued = _openssl(
        "x509", "-req", "-in", str(request), "-CA", str(AUTHORITY), "-CAkey", str(_AUTHORITY_KEY), "-days", "365",
        "-set_serial", str(secrets.randbits(63)), "-extfile", str(extension),
    )  # fmt: skip
    authority = read_authority()
    # The authority goes along, so that an agent can compare it with the digest in its token.
    CERTIFICATE.write_text(issued + authority, encoding="utf-8")
    return authority


def read_authority() -> str:
    """Return the certificate of the authority, nothing around it."""
    return _openssl("x509", "-in", str(AUTHORITY))


def _openssl(*words: str) -> str:
    done = subprocess.run(
        ["openssl", *words],  # noqa: S607 - Debian's own
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        fail(f"openssl {words[0]}: {done.stderr}")
    return done.stdout
