"""Why a server cannot be asked."""

import contextlib
import datetime as dt
import http.server
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ops.credentials.asking import Asking, Place
from ops.credentials.finding import State
from ops.credentials.unusable_error import UnusableError

HOST = "127.0.0.1"
DAY = dt.timedelta(days=1)


def _certificate(folder: Path, *, begins: dt.timedelta) -> str:
    """Write key and certificate, good for a day from *begins* on; return the certificate, its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    start = dt.datetime.now(dt.UTC) + begins
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    public = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "both.pem").write_bytes(private + public)
    return public.decode()


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer((HOST, 0), http.server.BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # who does not trust it hangs up
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"https://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("begins", "state", "said"), [(DAY, State.CLOCK, "is not valid yet"), (-2 * DAY, State.UNTRUSTED, "has expired")]
)
def test_a_certificate_out_of_its_time(tmp_path: Path, begins: dt.timedelta, state: State, said: str) -> None:
    """A certificate of tomorrow means a wrong clock here; one of yesterday was not renewed."""
    ca = _certificate(tmp_path, begins=begins)
    with (
        _server(tmp_path) as url,
        Asking(Place(url=url, ca=ca), called="the server") as asking,
        pytest.raises(UnusableError) as fault,
    ):
        asking.ask("GET", "/")

    assert fault.value.state is state
    assert fault.value.found == f"the certificate of the server at {url} {said}"


def test_a_name_that_does_not_resolve() -> None:
    """An address that leads nowhere says nothing about a credential."""
    place = Place(url="https://nowhere.invalid")
    with Asking(place, called="the server") as asking, pytest.raises(UnusableError) as fault:
        asking.ask("GET", "/")

    assert fault.value.state is State.UNREACHABLE
