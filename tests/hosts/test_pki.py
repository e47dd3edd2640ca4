"""The certificate authority: what is rendered, and when nothing may be made."""

import json

import pydantic
import pytest

from hosts.layers import pki_settings as at
from hosts.layers.pki_authority import MARKER, NEEDED, fingerprint, refusal
from hosts.layers.pki_files import render_client, render_configuration, render_unit
from hosts.layers.pki_settings import Authority

AUTHORITY = Authority.model_validate_json(
    json.dumps({"name": "Lab", "names": ["ca.lab.test", "192.0.2.1"], "primary": "192.0.2.1"})
)
KEY = json.dumps({"protected": "a", "encrypted_key": "b", "iv": "c", "ciphertext": "d", "tag": "e"})
ROOT = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"
ABC = "b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78"
WHOLE = {**dict.fromkeys(NEEDED, "x"), at.ROOT: ROOT}


def configuration() -> dict[str, pydantic.JsonValue]:
    """Return what `ca.json` holds."""
    text = render_configuration(AUTHORITY, provisioner='{"kid": "k"}', provisioner_key=KEY)
    return pydantic.TypeAdapter(dict[str, pydantic.JsonValue]).validate_json(text)


def test_both_provisioners_say_their_durations() -> None:
    """Neither provisioner is left to the default of step-ca, which grants one day where cert-manager asks for 90."""
    claims = {
        "minTLSCertDuration": "5m0s",
        "defaultTLSCertDuration": "24h0m0s",
        "maxTLSCertDuration": "2160h0m0s",
    }
    assert configuration()["authority"] == {
        "provisioners": [
            {"type": "JWK", "name": "lab", "key": {"kid": "k"}, "encryptedKey": "a.b.c.d.e", "claims": claims},
            {"type": "ACME", "name": "acme", "claims": claims},
        ]
    }


def test_port_stands_where_it_is_needed() -> None:
    """The port is the same where the authority listens and where clients go, and is not one that k3s takes."""
    assert (configuration()["address"], json.loads(render_client(AUTHORITY))["ca-url"]) == (
        ":8443",
        "https://192.0.2.1:8443",
    )


def test_unit_names_files_and_no_password() -> None:
    """The password reaches step-ca by its file."""
    assert f"--password-file {at.PASSWORD}\n" in render_unit()


def test_default_must_fit_into_maximum() -> None:
    """A default that the authority itself would refuse is refused when settings are read."""
    with pytest.raises(pydantic.ValidationError, match=r"default_hours: expected at most maximum_hours \(24\)"):
        Authority.model_validate_json(
            json.dumps({"name": "Lab", "names": [], "primary": "a", "acme": {"default_hours": 25, "maximum_hours": 24}})
        )


def test_name_cannot_be_an_option() -> None:
    """A name that begins with a hyphen is refused."""
    with pytest.raises(pydantic.ValidationError, match="name"):
        Authority.model_validate_json(json.dumps({"name": "--force", "names": [], "primary": "a"}))


def test_bare_host_may_make_one() -> None:
    """Where nothing was, an authority may be made; where all of it is, it is used."""
    assert refusal({}, root_fingerprint=None) is None
    assert refusal(WHOLE, root_fingerprint=None) is None
    assert refusal({**WHOLE, MARKER: "x"}, root_fingerprint=ABC) is None


def test_lost_key_material_is_not_made_again() -> None:
    """A host that had an authority does not get another one because its folder is gone."""
    reason = refusal({MARKER: "x"}, root_fingerprint=None)
    assert reason is not None
    assert "this host had a certificate authority and its key material is gone" in reason


def test_lab_that_has_a_root_gets_no_other() -> None:
    """A bare host of a lab whose root is known does not make an authority: the lab has one elsewhere."""
    reason = refusal({}, root_fingerprint=ABC)
    assert reason is not None
    assert "the lab has a certificate authority (b5d4045c3f466fa9…)" in reason


def test_half_of_the_key_material_is_refused() -> None:
    """A missing key is named, and nothing is made beside the rest."""
    reason = refusal({path: "x" for path in NEEDED if path != at.INTERMEDIATE_KEY}, root_fingerprint=None)
    assert reason is not None
    assert f"found no {at.INTERMEDIATE_KEY}" in reason


def test_other_root_than_declared_is_refused() -> None:
    """The fingerprint in the settings and the one on the host are compared."""
    assert fingerprint(ROOT) == ABC
    reason = refusal(WHOLE, root_fingerprint="0" * 64)
    assert reason == f"root_fingerprint: expected {'0' * 64}, found {ABC} in {at.ROOT}"
