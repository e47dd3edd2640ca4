"""A token's life, and everything that somebody may do to it by hand."""

from collections.abc import Callable, Mapping

import pytest

from provider.cloudflare.api_token_kind import ApiTokenKind
from provider.differences import differences
from provider.values import Properties, Unknown
from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble
from rehearsal.doubles.cloudflare.permissions import ACCOUNT, BUCKET, ZONE, new_id
from rehearsal.doubles.cloudflare.state import Policy, Resources, Token, Zone
from rehearsal.doubles.cloudflare.tokens import new_value
from tests.provider.cloudflare.wanted import NAME, given, ours, wanted


def _again(kind: ApiTokenKind, double: CloudflareDouble, inputs: Properties, state: Properties) -> Properties | None:
    found = kind.read(f"{double.account}/{NAME}", inputs, state)
    return None if found is None else found.outputs


def test_life(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A token is made as declared, read back without a difference, kept by the next run, and removed."""
    inputs = wanted(kind, double)
    state = kind.make(inputs, {})
    (token,) = ours(double)
    read = _again(kind, double, inputs, state)

    assert (state["token_id"], state["value"]) == (token.id, token.value)
    assert read == state
    assert differences(state, inputs) == {}
    assert kind.identity(inputs) == f"{double.account}/{NAME}"
    assert kind.make(inputs, state) == state
    kind.delete(kind.identity(inputs))
    assert ours(double) == []
    assert _again(kind, double, inputs, state) is None
    kind.delete(kind.identity(inputs))


def test_token_may_do_exactly_what_is_declared(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """Each kind of resource has a policy of its own, with the ids that belong to the names."""
    kind.make(wanted(kind, double), {})

    (token,) = ours(double)
    zones = {zone.name: zone.id for zone in double.state.zones}
    rights = {
        key: {g.name for g in double.state.groups if g.id in one.groups}
        for one in token.policies
        for key in one.resources
    }
    assert rights == {
        f"{ACCOUNT}.{double.account}": {"Pages Write", "Account Settings Read"},
        f"{BUCKET}.{double.account}_default_state": {"Workers R2 Storage Bucket Item Read"},
        f"{ZONE}.{zones['example.org']}": {"Zone Read", "DNS Write"},
        f"{ZONE}.{zones['example.net']}": {"Zone Read", "DNS Write"},
    }


def test_order_means_nothing(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """Neither the order of the declaration nor that of the answers is a difference."""
    inputs = wanted(kind, double)
    state = kind.make(inputs, {})
    turned = wanted(
        kind, double, zones=["example.net", "example.org"], zone_permissions=["DNS Write", "Zone Read", "DNS Write"]
    )
    (token,) = ours(double)
    token.policies.reverse()
    for policy in token.policies:
        policy.groups.reverse()
        policy.resources = dict(reversed(policy.resources.items()))
    double.state.groups.reverse()

    assert turned == inputs
    assert _again(kind, double, inputs, state) == state


def _more(token: Token, resource: str, group: str, *, effect: str = "allow") -> None:
    token.policies.append(Policy(id=new_id(), effect=effect, groups=[group], resources={resource: "*"}))


def _billing(token: Token, double: CloudflareDouble, *, effect: str = "allow") -> None:
    _more(token, f"{ACCOUNT}.{token.owner}", double.state.group("Billing Read", ACCOUNT), effect=effect)


def _every_bucket(token: Token, double: CloudflareDouble) -> None:
    _more(token, f"{BUCKET}.*", double.state.group("Workers R2 Storage Bucket Item Write", BUCKET))


def _every_zone(token: Token, double: CloudflareDouble) -> None:
    group = double.state.group("DNS Read", ZONE)
    resources: Resources = {f"{ACCOUNT}.{token.owner}": {f"{ZONE}.*": "*"}}
    token.policies.append(Policy(id=new_id(), effect="allow", groups=[group], resources=resources))


def _zone_less(token: Token, _double: CloudflareDouble) -> None:
    token.policies[2].resources.popitem()


def _permission_less(token: Token, _double: CloudflareDouble) -> None:
    token.policies[0].groups.pop()


def _add_copy(token: Token, double: CloudflareDouble) -> None:
    double.add_token(token.owner, token.name, token.policies)


def _first_zone_only(token: Token, double: CloudflareDouble) -> None:
    _more(token, f"{ZONE}.{double.state.zones[0].id}", double.state.group("Cache Purge", ZONE))


DRIFT: Mapping[str, tuple[Callable[[Token, CloudflareDouble], None], set[str]]] = {
    "permission added": (
        lambda token, double: token.policies[0].groups.append(double.state.group("Billing Read", ACCOUNT)),
        {"account_permissions"},
    ),
    "policy added": (_billing, {"account_permissions"}),
    "permission taken": (_permission_less, {"account_permissions"}),
    "zone taken": (_zone_less, {"zones"}),
    "permission on one zone": (_first_zone_only, {"zone_permissions", "other_rights"}),
    "denied": (lambda token, double: _billing(token, double, effect="deny"), {"other_rights"}),
    "all buckets": (_every_bucket, {"other_rights"}),
    "another bucket": (
        lambda token, double: token.policies[1].resources.update({f"{BUCKET}.{double.account}_default_more": "*"}),
        {"buckets"},
    ),
    "bucket elsewhere": (
        lambda token, double: token.policies[1].resources.update({f"{BUCKET}.{double.account}_eu_state": "*"}),
        {"other_rights"},
    ),
    "disabled": (lambda token, _double: setattr(token, "status", "disabled"), {"status"}),
    "with an end": (lambda token, _double: setattr(token, "expires_on", "2999-01-01T00:00:00Z"), {"expires_on"}),
    "with a beginning": (lambda token, _double: setattr(token, "not_before", "2001-01-01T00:00:00Z"), {"not_before"}),
    "bound to an address": (
        lambda token, _double: setattr(token, "condition", {"request_ip": {"in": ["192.0.2.0/24"]}}), {"condition"}
    ),
    "renewed": (lambda token, _double: setattr(token, "value", new_value()), {"value_works"}),
    "renamed": (lambda token, _double: setattr(token, "name", "mine now"), {"renamed_to"}),
    "copied": (_add_copy, {"copies"}),
    "every zone": (_every_zone, {"other_rights"}),
}  # fmt: skip


@pytest.mark.parametrize(("change", "shown"), DRIFT.values(), ids=DRIFT.keys())
def test_change_by_hand(
    kind: ApiTokenKind, double: CloudflareDouble, change: Callable[[Token, CloudflareDouble], None], shown: set[str]
) -> None:
    """Each change is shown by the properties that differ, and put right; one token of this name remains, and works."""
    inputs = wanted(kind, double)
    state = kind.make(inputs, {})
    change(ours(double)[0], double)

    drifted = _again(kind, double, inputs, state)

    assert drifted is not None
    assert {path.partition("[")[0] for path in differences(drifted, inputs)} == shown
    repaired = kind.make(inputs, drifted)
    (token,) = ours(double)
    assert (token.value, token.id) == (repaired["value"], repaired["token_id"])
    assert (repaired["value"] == state["value"]) is ("value_works" not in shown)
    assert _again(kind, double, inputs, repaired) == repaired
    assert differences(repaired, inputs) == {}


def test_removed_token_is_gone(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A token that somebody removed is seen as gone; the next one has another value."""
    inputs = wanted(kind, double)
    state = kind.make(inputs, {})
    double.state.tokens.pop(ours(double)[0].id)

    assert _again(kind, double, inputs, state) is None
    assert kind.make(inputs, {})["value"] != state["value"]


def test_imported_token_is_made_anew(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """Nobody knows the value of a token that is imported: that is shown, and another one is made in its place."""
    inputs = wanted(kind, double)
    old = kind.make(inputs, {})

    imported = _again(kind, double, {}, {})

    assert imported is not None
    assert {*differences(imported, inputs)} == {"value_works"}
    made = kind.make(inputs, imported)
    (token,) = ours(double)
    assert token.value == made["value"] != old["value"]


def test_value_of_another_token(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A value that works, of a token of another name, is not this token's: that is shown, and another one is made."""
    inputs = wanted(kind, double)
    state = kind.make(inputs, {})
    (mine,) = ours(double)
    other = double.add_token(double.account, "another", mine.policies)

    found = _again(kind, double, inputs, {**state, "value": other.value})

    assert found is not None
    assert {*differences(found, inputs)} == {"value_works"}
    made = kind.make(inputs, found)
    assert made["value"] not in {state["value"], other.value}
    assert [token.id for token in ours(double)] == [made["token_id"]]


def test_renamed_and_renewed(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A token that was taken away from us altogether does not stay under its new name."""
    inputs = wanted(kind, double)
    state = kind.make(inputs, {})
    (mine,) = ours(double)
    mine.name, mine.value = "mine now", new_value()

    made = kind.make(inputs, state)

    assert mine.id not in double.state.tokens
    assert [token.value for token in ours(double)] == [made["value"]]


def test_zone_of_another_account(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A zone of the same name that another account waits for is not meant."""
    inputs = wanted(kind, double)
    double.state.accounts["f" * 32] = "another"
    double.state.zones.insert(0, Zone(id=new_id(), name="example.org", account="f" * 32, status="pending"))

    kind.make(inputs, {})

    (token,) = ours(double)
    assert double.state.zones[0].id not in str(token.policies)


def test_token_on_the_second_page(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A token is found behind as many others as there may be."""
    for number in range(60):
        double.add_token(double.account, f"other-{number}", [])
    inputs = wanted(kind, double)
    state = kind.make(inputs, {})

    assert _again(kind, double, inputs, state) == state
    assert kind.make(inputs, state) == state


def test_changed_declaration_keeps_the_value(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """Other rights are given to the same token: its users need no new one."""
    state = kind.make(wanted(kind, double), {})
    fewer = wanted(kind, double, zone_permissions=["DNS Read"], zones=["example.org"])

    changed = kind.make(fewer, state)

    assert (changed["value"], changed["token_id"]) == (state["value"], state["token_id"])
    assert differences(changed, fewer) == {}


FAULTS: Mapping[str, tuple[Properties, tuple[str, str]]] = {
    "account": ({"account_id": "lab"}, ("account_id", "not as expected, for example 32 hexadecimal digits")),
    "name": ({"name": "x" * 121}, ("name", "longer than 120")),
    "unknown": ({"zone": ["x"]}, ("zone", "did you mean 'zones'?")),
    "no zones": ({"zones": []}, ("zones", "expected one at least for zone_permissions")),
    "no permissions": ({"bucket_permissions": []}, ("bucket_permissions", "expected one at least for buckets")),
    "a text": ({"account_permissions": "Pages Write"}, ("account_permissions", "Expected a list of texts")),
}


@pytest.mark.parametrize(("changed", "fault"), FAULTS.values(), ids=FAULTS.keys())
def test_inputs_that_cannot_be(
    kind: ApiTokenKind, double: CloudflareDouble, changed: Properties, fault: tuple[str, str]
) -> None:
    """What cannot be used is refused by name, before anything is asked."""
    ((name, text),) = kind.check(given(double, **changed)).faults

    assert (name, fault[1] in text) == (fault[0], True)
    assert double.requests == []


def test_token_without_rights(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A token that may do nothing is refused."""
    nothing = dict.fromkeys(("account_permissions", "zone_permissions", "zones", "bucket_permissions", "buckets"), ())

    ((name, _),) = kind.check(given(double, **nothing)).faults

    assert name == "account_permissions"


def test_unknown_inputs_are_let_pass(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """In a preview the account may not be known yet."""
    assert [*kind.check(given(double, account_id=Unknown(), zones=Unknown())).faults] == []
