"""The certificate authority on three machines: made once, copied, renewed, put right, never made again."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import JsonValue

from hosts.layer import Layer
from hosts.layers.pki import LAYER as PKI
from hosts.layers.pki_authority import MARKER
from hosts.layers.pki_replica import LAYER as REPLICA
from hosts.layers.pki_settings import AUTHORITY, CONFIGURATION, INTERMEDIATE_KEY, PASSWORD, ROOT, ROOT_KEY
from hosts.model import Model
from hosts.operations.host_certificate import host_certificate
from hosts.operations.installed_packages import installed_packages
from hosts.worker.errors import WorkerError
from rehearsal.machines.machines import Machines
from rehearsal.part import PartMissingError, find_part
from rehearsal.parts import STEP_CA, STEP_CLI
from tests.hosts.on_machine import on_machine

pytestmark = pytest.mark.slow

GIVEN = {"ca_password": "first-word", "provisioner_password": "second-word"}
TLS = "/srv/tls"
RELOADS = "/srv/reloads"
Settings = dict[str, JsonValue]


class Nothing(Model):
    """No settings."""


def _packages(settings: Nothing, given: object) -> None:
    del settings, given
    installed_packages(name="Install", packages=("curl", "openssl"))


def _certificate(settings: Nothing, given: object) -> None:
    del settings, given
    host_certificate(
        name="web", names=["web.lab.test", "10.77.0.202"], folder=TLS, reload=f"date >>{RELOADS}", owner="1000:1000"
    )


PACKAGES = Layer(name="packages", settings=Nothing, deploy=_packages)
CERTIFICATE = Layer(name="certificate", settings=Nothing, deploy=_certificate)


@pytest.fixture(scope="module")
def settings(lab: Machines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Give the settings of the primary, with the programs served inside the lab."""
    folder = tmp_path_factory.mktemp("programs")
    instead: dict[str, JsonValue] = {}
    try:
        for name, part in (("step_ca", STEP_CA), ("step_cli", STEP_CLI)):
            program = find_part(part).path
            (folder / name).symlink_to(program)
            digest = hashlib.sha256(program.read_bytes()).hexdigest()
            instead[name] = {"url": f"http://{lab.gateway}:8081/{name}", "sha256": digest}
    except PartMissingError as error:
        pytest.skip(str(error))
    with lab.inside():
        server = ThreadingHTTPServer((lab.gateway, 8081), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    names: list[JsonValue] = ["ca.lab.test", *(machine.address for machine in lab)]
    yield {"authority": {"name": "Lab of the test", "names": names, "primary": lab["pi1"].address, "instead": instead}}
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def given(lab: Machines, settings: Settings) -> dict[str, str]:
    """Make the authority on pi1 and return what a replica is given."""
    for name in ("pi1", "pi2"):
        with on_machine(lab, lab[name], PACKAGES, settings={}) as work:
            work.apply()
    with on_machine(lab, lab["pi1"], PKI, settings=settings, given=GIVEN) as work:
        outcome = work.apply()
        assert "Make the certificate authority Lab of the test, once" in outcome.done
        assert work.apply().done == ()
    with on_machine(
        lab, lab["pi2"], REPLICA, settings=settings, given=GIVEN | {**outcome.gives, **outcome.secrets}
    ) as work:
        assert work.apply().pending == ()
        assert work.apply().done == ()
    return GIVEN | {**outcome.gives, **outcome.secrets}


def said(lab: Machines, name: str, command: str, *, check: bool = True) -> str:
    """Return what a command says as root."""
    return lab[name].run(f"sudo sh -c {command!r}", check=check).stdout.strip()


def test_authority_answers_and_is_trusted(lab: Machines, given: dict[str, str]) -> None:
    """A host that trusts its own store alone talks to the authority; the replica waits, without the root's key."""
    assert said(lab, "pi2", "curl -s https://10.77.0.201:8443/health") == '{"status":"ok"}'
    assert (
        said(lab, "pi2", "systemctl is-active step-ca; systemctl is-enabled step-ca", check=False)
        == "inactive\ndisabled"
    )
    assert said(lab, "pi2", f"ls {AUTHORITY}").split() == [
        "intermediate_ca.crt", "intermediate_ca_key", "provisioner.json", "provisioner_key.json", "root_ca.crt",
    ]  # fmt: skip
    assert said(lab, "pi2", f"sha256sum <{CONFIGURATION}") == said(lab, "pi1", f"sha256sum <{CONFIGURATION}")
    assert "BEGIN CERTIFICATE" in given["root_certificate"]


def test_keys_lie_encrypted_and_closed(lab: Machines, given: dict[str, str]) -> None:
    """No key is readable without its password, and no file with a secret by anybody else."""
    del given
    assert said(lab, "pi1", f"openssl pkey -in {INTERMEDIATE_KEY} -passin pass: -noout 2>/dev/null; echo $?") != "0"
    assert said(lab, "pi1", f"openssl pkey -in {INTERMEDIATE_KEY} -passin file:{PASSWORD} -noout; echo $?") == "0"
    assert said(lab, "pi1", "find /etc/step-ca -name *key* -o -path *secrets/* | xargs stat -c %a | sort -u") == "600"


def test_certificate_is_got_and_got_again(lab: Machines, given: dict[str, str]) -> None:
    """A host gets one for 90 days once; where it is due the timer's unit gets another, and then reloads."""
    del given
    with on_machine(lab, lab["pi2"], CERTIFICATE, settings={}) as work:
        assert "Get the certificate for web" in work.apply().done
        assert work.apply().done == ()
        assert said(lab, "pi2", f"cat {RELOADS}", check=False) == ""
        chain = f"openssl verify -CAfile {ROOT} -untrusted {TLS}/tls.crt -verify_hostname web.lab.test {TLS}/tls.crt"
        assert said(lab, "pi2", chain).endswith("OK")
        assert said(lab, "pi2", f"openssl x509 -in {TLS}/tls.crt -noout -checkend {2159 * 3600}; echo $?").endswith("0")
        first = said(lab, "pi2", f"sha256sum {TLS}/*")
        said(lab, "pi2", "sed -i 's/^HOURS=.*/HOURS=1000000/' /etc/factory/certificates/web")
        assert work.read().pending == ("Say which certificate web has", "Get the certificate for web")
        said(lab, "pi2", "sed -i 's/^HOURS=.*/HOURS=2160/' /etc/factory/certificates/web")
        said(lab, "pi2", f"rm {TLS}/tls.key; systemctl start factory-certificate@web")
        assert said(lab, "pi2", f"wc -l <{RELOADS}") == "1"
        assert said(lab, "pi2", f"sha256sum {TLS}/*") != first
        assert said(lab, "pi2", "systemctl is-active factory-certificate@web.timer") == "active"
        assert work.read().pending == ()


def test_drift_is_named_and_repaired(lab: Machines, settings: Settings, given: dict[str, str]) -> None:
    """A stopped service, a changed configuration and a root taken out of the store are found, each by its name."""
    del given
    with on_machine(lab, lab["pi1"], PKI, settings=settings, given=GIVEN) as work:
        said(lab, "pi1", "systemctl stop step-ca")
        assert work.read().pending == ("Run the certificate authority",)
        said(lab, "pi1", f"echo >>{CONFIGURATION}; rm /usr/local/share/ca-certificates/lab-root.crt")
        expected = (
            "Configure the certificate authority", "Trust the root of the lab",
            "Trust the root of the lab, where programs look for it", "Run the certificate authority",
        )  # fmt: skip
        assert work.read().pending == expected
        assert work.apply().done == expected
        assert said(lab, "pi1", "curl -s https://10.77.0.201:8443/health") == '{"status":"ok"}'


def test_authority_is_never_made_again(lab: Machines, settings: Settings, given: dict[str, str]) -> None:
    """Without its folder, with half of it, and where the lab has one elsewhere the host is refused, unchanged."""
    root = said(lab, "pi1", f"sha256sum {ROOT}")
    said(lab, "pi1", f"mv {AUTHORITY} /root/kept")
    with on_machine(lab, lab["pi1"], PKI, settings=settings, given=GIVEN) as work:
        with pytest.raises(WorkerError, match="its key material is gone"):
            work.apply()
        assert said(lab, "pi1", f"ls {AUTHORITY}", check=False) == ""
        said(lab, "pi1", f"mv /root/kept {AUTHORITY}; mv {INTERMEDIATE_KEY} /root/key")
        with pytest.raises(WorkerError, match="expected all of the key material"):
            work.apply()
        said(lab, "pi1", f"mv /root/key {INTERMEDIATE_KEY}")
        assert work.read().pending == ()
    assert said(lab, "pi1", f"sha256sum {ROOT}") == root
    known = {**settings, "root_fingerprint": "0" * 64}
    with (
        on_machine(lab, lab["pi3"], PKI, settings=known, given=GIVEN) as work,
        pytest.raises(WorkerError, match="the lab has a certificate authority"),
    ):
        work.apply()
    assert said(lab, "pi3", f"ls {AUTHORITY} {MARKER}", check=False) == ""
    del given


def test_other_passwords_encrypt_the_keys_anew(lab: Machines, settings: Settings, given: dict[str, str]) -> None:
    """Where other passwords are given, the same keys are there under them, and the authority goes on with those."""
    del given
    changed = {"ca_password": "third-word", "provisioner_password": "fourth-word"}
    root = said(lab, "pi1", f"sha256sum {ROOT}")
    for words in (changed, GIVEN):
        with on_machine(lab, lab["pi1"], PKI, settings=settings, given=words) as work:
            # As a power cut between two keys would leave it.
            said(
                lab, "pi1",
                f"printf {words['ca_password']} >/root/new; step crypto change-pass {ROOT_KEY} --force "
                f"--password-file {PASSWORD} --new-password-file /root/new; rm /root/new",
            )  # fmt: skip
            assert work.apply().done == (
                "Place the password of the authority's keys", "Place the password of the provisioner",
                "Configure the certificate authority", "Run the certificate authority",
            )  # fmt: skip
            assert work.apply().done == ()
        for key in (ROOT_KEY, INTERMEDIATE_KEY):
            assert (
                said(lab, "pi1", f"openssl pkey -in {key} -passin pass:{words['ca_password']} -noout; echo $?") == "0"
            )
        assert said(lab, "pi1", f"stat -c '%U %a' {INTERMEDIATE_KEY}") == "step-ca 600"
        assert said(lab, "pi1", "ls -R /etc/step-ca | grep -c new", check=False) == "0"
    assert said(lab, "pi1", f"sha256sum {ROOT}") == root


def test_replica_takes_over(lab: Machines, settings: Settings, given: dict[str, str]) -> None:
    """With the primary switched off a replica is made primary by its settings alone, and issues under the same root."""
    authority = settings["authority"]
    assert isinstance(authority, dict)
    moved: Settings = {**settings, "authority": {**authority, "primary": lab["pi2"].address}}
    said(lab, "pi1", "systemctl stop step-ca")
    with on_machine(lab, lab["pi2"], PKI, settings=moved, given=GIVEN) as work:
        work.apply()
        assert work.apply().done == ()
    said(lab, "pi2", f"rm {TLS}/tls.key; factory-certificate web")
    assert said(lab, "pi2", f"openssl verify -CAfile {ROOT} -untrusted {TLS}/tls.crt {TLS}/tls.crt").endswith("OK")
    with on_machine(lab, lab["pi2"], REPLICA, settings=settings, given=given) as work:
        work.apply()
    said(lab, "pi1", "systemctl start step-ca")
