"""The double of Cloudflare, and the resource type that works on it."""

from collections.abc import Iterator

import httpx
import pytest

from provider.cloudflare.api import TOKEN_VARIABLE, CloudflareApi
from provider.cloudflare.api_token_kind import ApiTokenKind
from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble
from tests.provider.cloudflare.wanted import ZONES

WAITS = (0.0,) * 5


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudflareDouble]:
    """Run it, with its first token in the environment."""
    with CloudflareDouble({"lab": ZONES}) as double:
        monkeypatch.setenv(TOKEN_VARIABLE, double.first_token.value)
        yield double


@pytest.fixture
def api(double: CloudflareDouble) -> Iterator[CloudflareApi]:
    """Talk to it, without patience."""
    api = CloudflareApi(double.address, waits=WAITS, times=httpx.Timeout(0.5))
    yield api
    api.close()


@pytest.fixture
def kind(api: CloudflareApi) -> ApiTokenKind:
    """Make tokens there."""
    return ApiTokenKind(api)
