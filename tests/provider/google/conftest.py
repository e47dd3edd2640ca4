"""A double of Google with a service account and a bucket, and our resource type on it."""

from collections.abc import Iterator

import httpx
import pytest

from provider.google.api import GoogleApi
from provider.google.hmac_key_kind import HmacKeyKind
from provider.http.waiting import WAITS
from rehearsal.doubles.google.google_double import GoogleDouble
from rehearsal.doubles.google.google_state import Account


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleDouble]:
    """Run a double, with its credentials in the environment."""
    with GoogleDouble() as double:
        for name, value in double.environment.items():
            monkeypatch.setenv(name, value)
        double.state.accounts[double.state.named("backup-1")] = Account(unique_id="1")
        double.state.accounts[double.state.named("backup-2")] = Account(unique_id="2")
        yield double


@pytest.fixture
def kind(double: GoogleDouble) -> Iterator[HmacKeyKind]:
    """Work on it, with the same number of attempts and no patience."""
    api = GoogleApi(double.origin, waits=[wait / 100 for wait in WAITS], times=httpx.Timeout(1, connect=10))
    yield HmacKeyKind(api)
    api.close()
