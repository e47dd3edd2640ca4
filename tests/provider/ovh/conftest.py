"""A double of OVH, and our resource type on it."""

from collections.abc import Iterator

import httpx
import pytest

from provider.http.waiting import WAITS
from provider.ovh.api import OvhApi
from provider.ovh.oauth2_client_kind import OAuth2ClientKind
from rehearsal.doubles.ovh.ovh_double import OvhDouble


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[OvhDouble]:
    """Run a double, with its credentials in the environment."""
    with OvhDouble() as double:
        for name, value in double.environment.items():
            monkeypatch.setenv(name, value)
        yield double


@pytest.fixture
def kind(double: OvhDouble) -> Iterator[OAuth2ClientKind]:
    """Work on it, with the same number of attempts and no patience."""
    api = OvhApi(double.address, waits=[wait / 100 for wait in WAITS], times=httpx.Timeout(1, connect=10))
    yield OAuth2ClientKind(api)
    api.close()
