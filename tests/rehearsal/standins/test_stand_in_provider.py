"""The provider protocol of the stand-ins, without a server."""

import asyncio
from collections.abc import Mapping

import pytest
from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_TEXT

from provider.guard import ProductionRefusedError
from rehearsal.standins.plain import UNKNOWN, Plain, Properties, from_plain, to_plain
from rehearsal.standins.postgresql.provider import PostgresqlProvider
from rehearsal.standins.random.random_password import RandomPassword
from rehearsal.standins.stand_in_function import StandInFunction
from rehearsal.standins.stand_in_provider import StandInProvider

URN = "urn:pulumi:test::factory::{}::it"
ROLE = URN.format("factory:postgres:Owner$postgresql:index/role:Role")
DATABASE = URN.format("postgresql:index/database:Database")
MEMBERSHIP = URN.format("postgresql:index/grantRole:GrantRole")
PASSWORD = URN.format("random:index/randomPassword:RandomPassword")


def _check(urn: str, inputs: Mapping[str, Plain]) -> protocol.CheckResponse:
    provider: StandInProvider = PostgresqlProvider()
    return asyncio.run(provider.check(protocol.CheckRequest(urn, {}, from_plain(inputs), b"")))


def _diff(
    urn: str, state: Mapping[str, Plain], inputs: Mapping[str, Plain], ignore: list[str] | None = None
) -> protocol.DiffResponse:
    request = protocol.DiffRequest(urn, "it", from_plain(state), from_plain(inputs), ignore or [])
    return asyncio.run(PostgresqlProvider().diff(request))


def _kinds(answer: protocol.DiffResponse) -> dict[str, str]:
    return {name: found.kind.name for name, found in answer.detailed_diff.items()}


def test_check_adds_the_official_defaults() -> None:
    """Defaults that are not empty become inputs, as the official provider makes them."""
    answer = _check(ROLE, {"name": "erp_role"})

    assert answer.failures == []
    assert to_plain(answer.inputs or {}) == {
        "name": "erp_role",
        "connectionLimit": -1,
        "encryptedPassword": True,
        "inherit": True,
        "validUntil": "infinity",
    }


@pytest.mark.parametrize(
    ("inputs", "property_name", "reason"),
    [
        ({"name": "a", "passwordWo": "x"}, "passwordWo", "does not know postgresql:index/role:Role.passwordWo"),
        ({"name": "a", "nam": "b"}, "nam", "does not know postgresql:index/role:Role.nam"),
        ({"name": "a", "login": "yes"}, "login", "expected a bool, found a str"),
        ({"name": "a", "connectionLimit": True}, "connectionLimit", "expected a int, found a bool"),
        ({"name": "a", "connectionLimit": -2}, "connectionLimit", "expected at least -1, found -2"),
        ({"login": True}, "name", "postgresql:index/role:Role.name is required"),
    ],
)
def test_check_refuses_by_name(inputs: Mapping[str, Plain], property_name: str, reason: str) -> None:
    """A property that is unknown, misfit or missing is named."""
    failures = _check(ROLE, inputs).failures or []

    assert [failure.property for failure in failures] == [property_name]
    assert reason in failures[0].reason


def test_unknown_type_is_refused_by_name() -> None:
    """A type that is not stood in for is named, with those that are."""
    with pytest.raises(ValueError, match="does not know postgresql:index/grant:Grant; it knows postgresql:index/role"):
        _check(URN.format("postgresql:index/grant:Grant"), {})


def test_unknown_setting_is_refused_by_name() -> None:
    """A provider setting that is not stood in for is named."""
    request = protocol.CheckRequest(URN.format("pulumi:providers:postgresql"), {}, from_plain({"scheme": "x"}), b"")

    failures = asyncio.run(PostgresqlProvider().check_config(request)).failures or []

    assert [failure.property for failure in failures] == ["scheme"]


def test_production_is_refused_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in does not work on production, not even where production is asked for by name."""
    monkeypatch.setenv("FACTORY_TARGET", "production")
    request = protocol.ConfigureRequest(
        {}, from_plain({"host": "192.168.1.202"}), accept_secrets=True, accept_resources=True
    )

    with pytest.raises(ProductionRefusedError, match="is production"):
        asyncio.run(PostgresqlProvider().configure(request))


def _invoke(token: str, arguments: Mapping[str, Plain]) -> protocol.InvokeResponse:
    def twice(told: Properties) -> Properties:
        return {"twice": [told["word"], told["word"]]}

    function = StandInFunction(
        token="random:index/getTwice:getTwice",  # noqa: S106 - the name of a function
        arguments=frozenset({"word"}),
        call=twice,
    )
    provider = StandInProvider("random", [RandomPassword()], [function])
    return asyncio.run(provider.invoke(protocol.InvokeRequest(token, from_plain(arguments))))


def test_function_is_answered() -> None:
    """A function that is stood in for gets its arguments and answers."""
    answer = _invoke("random:index/getTwice:getTwice", {"word": "a"})

    assert answer.failures == []
    assert to_plain(answer.return_value or {}) == {"twice": ["a", "a"]}


@pytest.mark.parametrize(
    ("token", "argument", "place"),
    [
        ("random:index/getTwice:getTwice", "wort", "does not know random:index/getTwice:getTwice.wort"),
        ("random:index/getOnce:getOnce", "word", "has no function random:index/getOnce:getOnce"),
    ],
)
def test_unknown_function_and_argument_are_refused(token: str, argument: str, place: str) -> None:
    """A function or an argument that is not stood in for is named."""
    answer = _invoke(token, {argument: "a"})

    assert [place in failure.reason for failure in answer.failures] == [True]
    assert answer.return_value is None


def test_equal_state_has_no_difference() -> None:
    """Empty and missing values are the same, as for the official provider."""
    state: Properties = {
        "name": "a",
        "login": False,
        "roles": [],
        "connectionLimit": -1,
        "inherit": True,
        "statementTimeout": 0,
    }

    answer = _diff(ROLE, {**state, "encryptedPassword": True, "validUntil": "infinity"}, {"name": "a"})

    assert answer.changes is False
    assert _kinds(answer) == {}


def test_difference_is_shown_per_property() -> None:
    """Every differing property is listed with what would happen to it."""
    base: Properties = {"encryptedPassword": True, "validUntil": "infinity", "connectionLimit": -1, "inherit": True}
    state: Properties = {**base, "name": "a", "login": True, "roles": ["b"], "searchPaths": ["x"]}

    answer = _diff(ROLE, state, {"name": "a", "roles": ["c"], "password": "new"})

    assert _kinds(answer) == {"login": "UPDATE", "roles": "UPDATE", "searchPaths": "DELETE", "password": "ADD"}
    assert answer.replaces == []


def test_order_of_roles_means_nothing() -> None:
    """Memberships are a set."""
    base: Properties = {
        "encryptedPassword": True,
        "validUntil": "infinity",
        "connectionLimit": -1,
        "inherit": True,
        "name": "a",
    }

    assert _diff(ROLE, {**base, "roles": ["b", "c"]}, {**base, "roles": ["c", "b"]}).changes is False


def test_memberships_made_elsewhere_are_taken_away_unless_ignored() -> None:
    """As the official one, a refreshed role without `roles` loses what others granted; `ignoreChanges` prevents it."""
    base: Properties = {
        "encryptedPassword": True,
        "validUntil": "infinity",
        "connectionLimit": -1,
        "inherit": True,
        "name": "a",
    }
    refreshed: Properties = {**base, "roles": ["erp_role"]}

    assert _kinds(_diff(ROLE, refreshed, base)) == {"roles": "DELETE"}
    assert _kinds(_diff(ROLE, refreshed, base, ["roles"])) == {}


def test_encoding_replaces_the_database_and_deletes_it_first() -> None:
    """What a database is made with cannot change; its name can exist only once."""
    base: Properties = {"allowConnections": True, "connectionLimit": -1, "name": "erp"}

    answer = _diff(DATABASE, {**base, "encoding": "UTF8", "owner": "a"}, {**base, "encoding": "LATIN1"})

    assert _kinds(answer) == {"encoding": "UPDATE_REPLACE"}
    assert answer.replaces == ["encoding"]
    assert answer.delete_before_replace


def test_changed_admin_option_makes_the_new_membership_first() -> None:
    """As the official one: the new one is made, then the old one is taken, and with it the new one."""
    state: Properties = {"role": "a", "grantRole": "b", "withAdminOption": False}

    answer = _diff(MEMBERSHIP, state, {**state, "withAdminOption": True})

    assert _kinds(answer) == {"withAdminOption": "UPDATE_REPLACE"}
    assert not answer.delete_before_replace


def test_preview_says_what_only_the_server_can_tell() -> None:
    """A preview sends the declared values, and unknown for what the server chooses."""
    request = protocol.CreateRequest(DATABASE, from_plain({"name": "erp", "owner": UNKNOWN}), 0, preview=True)

    answer = asyncio.run(PostgresqlProvider().create(request))

    sent = PropertyValue.marshal_map(answer.properties)
    assert sent["name"] == "erp"
    assert sent["owner"] == UNKNOWN_TEXT
    assert sent["lcCollate"] == UNKNOWN_TEXT


def test_password_is_drawn_as_asked_and_secret() -> None:
    """A password has the length and characters asked for and is marked secret."""
    provider = StandInProvider("random", [RandomPassword()])
    inputs: Properties = {"length": 40, "special": False, "minNumeric": 3}
    request = protocol.CreateRequest(PASSWORD, from_plain(inputs), 0, preview=False)

    answer = asyncio.run(provider.create(request))

    password = str(answer.properties["result"].value)
    assert answer.resource_id == "none"
    assert answer.properties["result"].is_secret
    assert answer.properties["bcryptHash"].is_secret
    assert len(password) == 40
    assert password.isalnum()
    assert sum(character.isdigit() for character in password) >= 3


def test_imported_password_is_the_id() -> None:
    """An import takes the id for the password, and a later read returns what is recorded."""
    provider = StandInProvider("random", [RandomPassword()])

    answer = asyncio.run(provider.read(protocol.ReadRequest(PASSWORD, "sesame-open", {}, {})))

    assert answer.resource_id == "none"
    assert to_plain(answer.properties)["result"] == "sesame-open"
    assert to_plain(answer.inputs) == {"length": 11}
