"""The production guard, from spelling to refusal."""

from pathlib import Path

import pytest

from provider.factory_error import FactoryError
from provider.guard import read_production, refuse_production

PRODUCTION_SPELLINGS = [
    "192.168.1.201",
    "192.168.1.202",
    "192.168.1.203",
    "192.168.1.202:6432",
    " 192.168.1.202 ",
    "192.168.1.202.",
    "192.168.1.0xca",
    "0xC0A801CA",
    "3232235978",
    "0300.0250.01.0312",
    "192.168.458",
    "::ffff:192.168.1.202",
    "::FFFF:C0A8:1CA",
    "[::ffff:192.168.1.202]:5432",
    "::192.168.1.202",
    "64:ff9b::192.168.1.202",
    "2002:c0a8:01ca::1",
    "::ffff:192.168.1.202%eth0",
    "127.0.0.1,192.168.1.202",
    "pi@192.168.1.203",
    "ssh://pi@192.168.1.203:22/",
    "http://192.168.1%2e202/",
    "\uff11\uff19\uff12.168.1.202",
    "pi1.home",
    "PI2.HOME",
    "pi3.home.",
    "pi2.home:5432",
    "vault.arcodange.lab",
    "https://vault.arcodange.lab/v1/sys/health",
    "https://user:word@gitea.arcodange.lab:3000/api",
    "erp.ARCODANGE.lab.",
    "arcodange.lab",
    "gs://arcodange-tf",
    "gs://arcodange-tf/",
    "GS://ARCODANGE-TF/factory/postgres",
    "gs://arcodange-tf?prefix=x",
    "gs://arcodange-backup/postgres",
    "s3://arcodange-tf?region=auto",
    "https://api.cloudflare.com/client/v4",
    "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com/arcodange-tf",
    "https://eu.api.ovh.com/1.0",
    "https://www.ovh.com/auth/oauth2/token",
    "https://storage.googleapis.com",
    "https://oauth2.GOOGLEAPIS.com/token",
]

ELSEWHERE = [
    "127.0.0.1",
    "localhost",
    "192.168.1.20",
    "192.168.1.204",
    "10.0.0.201",
    "::1",
    "pi1.home.example",
    "pi4.home",
    "arcodange.lab.example",
    "notarcodange.lab",
    "gs://arcodange-tf-rehearsal",
    "https://api.cloudflare.com.example/client/v4",
    "https://googleapis.com.example",
    "http://127.0.0.1:8000/client/v4",
    "file:///tmp/state",
    "",
]


@pytest.mark.parametrize("address", PRODUCTION_SPELLINGS)
def test_production_is_recognised(address: str) -> None:
    """Each way to write a production address is refused, and the message says what was found and what to set."""
    shown = address.replace("user:word@", "[user]@").replace("pi@", "[user]@")

    with pytest.raises(FactoryError) as refusal:
        refuse_production({"settings.server.host": address}, {})

    assert str(refusal.value) == (
        f"settings.server.host: {shown} is production\n"
        "Nothing was contacted. FACTORY_TARGET is not set; to work on production on purpose, "
        "set FACTORY_TARGET=production and use the official CLI"
    )


@pytest.mark.parametrize("address", ELSEWHERE)
def test_other_addresses_pass(address: str) -> None:
    """What only looks like production passes without a word."""
    refuse_production({"settings.server.host": address}, {})


def test_production_by_name() -> None:
    """A run that names production as its target may reach it."""
    refuse_production({"settings.server.host": "192.168.1.202"}, {"FACTORY_TARGET": "production"})


@pytest.mark.parametrize("target", ["", "prod", "Production", "production ", "rehearsal"])
def test_other_targets_are_refused(target: str) -> None:
    """Only the exact word opens production."""
    with pytest.raises(FactoryError, match="FACTORY_TARGET has another value"):
        refuse_production({"settings.server.host": "192.168.1.202"}, {"FACTORY_TARGET": target})


def test_every_production_address_is_named() -> None:
    """All findings stand in one message, each with the place it comes from."""
    with pytest.raises(FactoryError) as refusal:
        refuse_production({"a": "pi1.home", "b": "127.0.0.1", "c": "gs://arcodange-tf/x"}, {})

    assert str(refusal.value).splitlines()[:-1] == ["a: pi1.home is production", "c: gs://arcodange-tf/x is production"]


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "addresses: [",
        "addresses: []\nnames: []\nbuckets: []",
        "addresses: [192.168.1.300]\nnames: [a]\nbuckets: [b]",
        "addresses: [192.168.1.201]\nnames: [a]",
        "addresses: 192.168.1.201\nnames: [a]\nbuckets: [b]",
    ],
    ids=["missing", "empty", "damaged", "says-nothing", "no-address", "incomplete", "no-list"],
)
def test_unreadable_list_refuses(tmp_path: Path, content: str | None) -> None:
    """Without a usable list of production the guard stops everything instead of letting everything pass."""
    file = tmp_path / "production.yaml"
    if content is not None:
        file.write_text(content, encoding="utf-8")

    with pytest.raises(FactoryError, match=r"production\.yaml: "):
        read_production(file)
