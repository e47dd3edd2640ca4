"""The certificate of a host: what its program reads, and when it sees something to do."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from pyinfra.api.exceptions import OperationValueError

from hosts.operations import host_certificate_files as files
from hosts.operations.host_certificate import host_certificate

EC_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
NAMES = ("web.lab.test", "192.0.2.2")


def test_settings_are_quoted() -> None:
    """What stands in the settings reaches the program's shell as one word each."""
    text = files.render_settings(
        names=NAMES, folder="/srv/tls", owner="0:0", reload="echo 'it''s' >>/x", hours=24, provisioner="lab"
    )
    said = subprocess.run(
        ["/bin/sh", "-c", f'{text}printf "%s|" "$NAMES" "$RELOAD" "$HOURS"'], capture_output=True, text=True, check=True
    )
    assert said.stdout == "web.lab.test 192.0.2.2|echo 'it''s' >>/x|24|"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "../web"},
        {"names": []},
        {"names": ["web lab"]},
        {"names": ["--san"]},
        {"folder": "tls"},
        {"owner": "root:root"},
        {"hours": 0},
    ],
)
def test_value_that_would_become_an_option_is_refused(wrong: dict[str, object]) -> None:
    """A name, folder or owner of another form is refused before any host is asked."""
    values: dict[str, object] = {"name": "web", "names": NAMES, "folder": "/srv/tls", "reload": "true", **wrong}
    with pytest.raises(OperationValueError, match="expected"):
        host_certificate(**values)  # type: ignore[arg-type]  # wrong on purpose


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a root with openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("expected openssl on PATH")
    folder = tmp_path_factory.mktemp("authority")
    make_root(folder)
    return folder


def make_root(folder: Path) -> None:
    """Make a root that lives for ten days."""
    openssl(folder, "req", "-x509", *EC_KEY, "-subj", "/CN=root", "-keyout", "root.key", "-out", "root_ca.crt")


def openssl(folder: Path, *words: str) -> None:
    """Run openssl in the folder."""
    subprocess.run([shutil.which("openssl") or "openssl", *words], cwd=folder, check=True, capture_output=True)


def is_good(tmp_path: Path, authority: Path, *, names: Sequence[str] = NAMES, days: int = 10) -> bool:
    """Make a certificate that lives for ten days, and say whether the program is content with it for `names`."""
    tls, settings = tmp_path / "tls", tmp_path / "settings"
    for folder in (tls, settings):
        folder.mkdir(exist_ok=True)
    if not (tls / "tls.key").exists():
        (tls / "san").write_text("subjectAltName=DNS:web.lab.test,IP:192.0.2.2")
        openssl(tls, "req", *EC_KEY, "-subj", "/CN=web", "-keyout", "tls.key", "-out", "tls.csr")
        openssl(tls, "x509", "-req", "-in", "tls.csr", "-CA", str(authority / "root_ca.crt"), "-CAkey",
                str(authority / "root.key"), "-days", "10", "-extfile", "san", "-out", "tls.crt")  # fmt: skip
        (tls / "tls.key").chmod(0o600)
    owner = f"{tls.stat().st_uid}:{tls.stat().st_gid}"
    (settings / "web").write_text(
        files.render_settings(
            names=names, folder=str(tls), owner=owner, reload="true", hours=days * 24, provisioner="lab"
        )
    )
    text = files.PROGRAM_TEXT.replace(files.SETTINGS, str(settings))
    text = text.replace(f"{files.AUTHORITY}/authority", str(authority)).replace("/var/lib/factory", str(tmp_path))
    done = subprocess.run(["/bin/sh", "-s", "--", "web", "--check"], input=text, text=True, check=False)
    return done.returncode == 0


def test_good_certificate_is_left_alone(tmp_path: Path, authority: Path) -> None:
    """Names in another order are the same names."""
    assert is_good(tmp_path, authority)
    assert is_good(tmp_path, authority, names=("192.0.2.2", "web.lab.test"))


def test_what_is_not_as_declared_is_due(tmp_path: Path, authority: Path) -> None:
    """Another name, less than a third of life, an open or another key, a missing file: each is due."""
    assert not is_good(tmp_path, authority, names=("web.lab.test",))
    assert not is_good(tmp_path, authority, names=(*NAMES, "other.lab.test"))
    assert not is_good(tmp_path, authority, days=31)
    (tmp_path / "tls/tls.key").chmod(0o644)
    assert not is_good(tmp_path, authority)
    (tmp_path / "tls/tls.key").chmod(0o600)
    assert is_good(tmp_path, authority)
    openssl(tmp_path / "tls", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "tls.key")
    (tmp_path / "tls/tls.key").chmod(0o600)
    assert not is_good(tmp_path, authority)
    (tmp_path / "tls/tls.crt").unlink()
    assert not is_good(tmp_path, authority)


def test_certificate_of_another_authority_is_due(tmp_path: Path, authority: Path) -> None:
    """After the root changed every certificate is got anew."""
    assert is_good(tmp_path, authority)
    make_root(tmp_path)
    assert not is_good(tmp_path, tmp_path)


def test_reload_that_failed_is_due(tmp_path: Path, authority: Path) -> None:
    """A reload that did not succeed is tried again, although the certificate is good."""
    assert is_good(tmp_path, authority)
    (tmp_path / "certificates").mkdir()
    (tmp_path / "certificates/web.reload").touch()
    assert not is_good(tmp_path, authority)
