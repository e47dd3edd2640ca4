"""Gitea on a host, as far as values tell."""

import base64

import pytest
from pydantic import ValidationError

from hosts.layers.gitea import render_compose
from hosts.layers.gitea_password import kept_password
from hosts.layers.gitea_settings import KEYS, SECRETS, Gitea, environment, secret_text

PLAIN = {
    "image": "gitea:1",
    "mount": "/mnt/data",
    "folder": "/mnt/data/gitea",
    "domain": "gitea.lab.test",
    "admin": "operator",
    "admin_email": "operator@lab.test",
}
SETTINGS = Gitea.model_validate(PLAIN)


def test_every_secret_is_read_from_a_file() -> None:
    """No secret is among the variables: each stands in a file that one of them names."""
    variables = environment(SETTINGS)

    for name, setting in SECRETS.items():
        assert f"GITEA__{setting}" not in variables
        assert variables[f"GITEA__{setting}__FILE"] == f"/run/secrets/{name}"
    assert variables["GITEA__security__INSTALL_LOCK"] == "true"
    assert variables["GITEA__actions__ENABLED"] == "true"


@pytest.mark.parametrize(
    ("port", "address"), [(443, "https://gitea.lab.test/"), (8443, "https://gitea.lab.test:8443/")]
)
def test_address_names_the_port_where_needed(port: int, address: str) -> None:
    """The address that Gitea gives of itself is the one by which it is reached."""
    settings = Gitea.model_validate({**PLAIN, "https_port": port})

    assert environment(settings)["GITEA__server__ROOT_URL"] == address
    assert f"{port}:3000" in render_compose(settings, files_label="x")


@pytest.mark.parametrize("name", KEYS)
def test_keys_have_the_length_that_gitea_takes(name: str) -> None:
    """Any given text becomes a key of 32 bytes without padding; another text becomes another key."""
    made = secret_text(name, "some text")

    assert len(base64.urlsafe_b64decode(made + "=")) == 32
    assert "=" not in made
    assert made != secret_text(name, "another text")


def test_other_secrets_stay_as_given() -> None:
    """What Gitea takes as it is stays as it was generated."""
    assert secret_text("secret_key", "some text") == "some text"


def test_password_is_kept_as_gitea_does() -> None:
    """The length is Gitea's, the salt is 16 bytes in hexadecimal digits, and the same password gives the same."""
    kept = kept_password("a word", account="operator")

    assert (len(kept.digest), len(kept.salt)) == (100, 32)
    assert kept == kept_password("a word", account="operator")
    assert kept != kept_password("a word", account="another")


@pytest.mark.parametrize(
    ("key", "value"), [("admin", "-x"), ("domain", "gitea"), ("admin_email", "nobody"), ("folder", "data"), ("x", "y")]
)
def test_bad_setting_is_refused(key: str, value: str) -> None:
    """What could be taken for an option, or cannot be meant, is refused before any host is asked."""
    with pytest.raises(ValidationError, match=key):
        Gitea.model_validate({**PLAIN, key: value})
