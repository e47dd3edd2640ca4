"""The double of Cloudflare with two accounts, and who asks it."""

from collections.abc import Iterator

import httpx
import pytest

from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble
from tests.rehearsal.doubles.cloudflare.asking import asking

ZONE_NAME = "example.org"


@pytest.fixture
def double() -> Iterator[CloudflareDouble]:
    """Run it."""
    with CloudflareDouble({"ours": [ZONE_NAME, "example.net"], "theirs": ["example.com"]}) as double:
        yield double


@pytest.fixture
def client(double: CloudflareDouble) -> Iterator[httpx.Client]:
    """Ask as the user who may do everything."""
    with asking(double, double.first_token.value) as client:
        yield client


@pytest.fixture
def account(double: CloudflareDouble) -> str:
    """Give the id of the first account."""
    return next(iter(double.state.accounts))
