"""Names that are wrong, and what helps."""

import pytest

from provider.cloudflare.api_token_kind import ApiTokenKind
from provider.factory_error import FactoryError
from provider.values import Plain
from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble
from tests.provider.cloudflare.wanted import ours, wanted

WRONG: dict[str, tuple[dict[str, Plain], str]] = {
    "one letter": ({"zone_permissions": ["DNS Writ"]}, r"'DNS Writ' for zones: .* Did you mean 'DNS Write'"),
    "case": ({"zone_permissions": ["dns write"]}, r"Did you mean 'DNS Write'"),
    "nothing near": ({"account_permissions": ["qqqq"]}, r"'qqqq' for accounts: .* None is near"),
    "another kind": ({"account_permissions": ["DNS Write"]}, r"'DNS Write' is for zones, not for accounts"),
    "ambiguous": ({"zone_permissions": ["Logs Write"]}, r"there are 2 of this name for zones"),
    "zone": ({"zones": ["example.ogr"]}, r"zone 'example.ogr': the token sees none .* Did you mean 'example.org'"),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "message"), WRONG.values(), ids=WRONG.keys())
def test_wrong_name(kind: ApiTokenKind, double: CloudflareDouble, changed: dict[str, Plain], message: str) -> None:
    """A name that stands for nothing, for something else or for two things is refused, with the near ones."""
    inputs = wanted(kind, double, **changed)

    with pytest.raises(FactoryError, match=message):
        kind.make(inputs, {})

    assert ours(double) == []


def test_ambiguous_permission_is_shown_with_its_id(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """Of two permissions with one name, a refresh says which one it found."""
    inputs = wanted(kind, double)
    state = kind.make(inputs, {})
    twin = next(group for group in double.state.groups if group.name == "Logs Write")
    ours(double)[0].policies[2].groups.append(twin.id)

    found = kind.read(kind.identity(inputs), inputs, state)

    assert found is not None
    assert f"Logs Write ({twin.id})" in str(found.outputs["zone_permissions"])


def test_no_zone_is_visible(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A token that may not read zones is told apart from a zone that is not there."""
    double.first_token.policies = [one for one in double.first_token.policies if "zone" not in str(one.resources)]

    with pytest.raises(FactoryError, match="the token sees none at all"):
        kind.make(wanted(kind, double), {})
