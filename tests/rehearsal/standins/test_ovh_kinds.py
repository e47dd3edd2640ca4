"""The stand-in for `ovh` on the double, as blind as the official one."""

from collections.abc import Iterator

import pytest

from provider.factory_error import FactoryError
from rehearsal.doubles.ovh.ovh_double import OvhDouble
from rehearsal.standins.compare import compare
from rehearsal.standins.ovh.ovh_session import OvhSession
from rehearsal.standins.ovh.policy import Policy
from rehearsal.standins.plain import Properties


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[OvhDouble]:
    """Run a double, with its credentials in the environment."""
    with OvhDouble() as double:
        for name, value in double.environment.items():
            monkeypatch.setenv(name, value)
        yield double


@pytest.fixture
def policy(double: OvhDouble) -> Policy:
    """Work on it."""
    session = OvhSession()
    session.aim(double.origin)
    return Policy(session)


@pytest.fixture
def inputs(double: OvhDouble) -> Properties:
    """Declare a policy."""
    return {
        "name": "cms", "description": "name servers", "identities": [double.state.owner()],
        "resources": ["urn:v1:eu:resource:domain:example.org"],
        "allows": ["domain:apiovh:nameServer/get", "domain:apiovh:nameServer/edit"],
    }  # fmt: skip


def _differences(state: Properties, inputs: Properties) -> list[str]:
    return sorted(compare(Policy.properties, state=state, inputs=inputs, ignored=()))


def test_policy_lives_its_life(policy: Policy, inputs: Properties) -> None:
    """A policy is made, found again, also without a record, changed and deleted."""
    identity, made = policy.create(inputs)
    found, imported = policy.read(identity, made), policy.read(identity, {})
    changed = policy.update(identity, old=made, new={**inputs, "allows": ["domain:apiovh:get"]})

    assert found == (identity, made)
    assert _differences(made, inputs) == []
    assert imported is not None
    assert _differences(imported[1], inputs) == []
    assert changed["allows"] == ["domain:apiovh:get"]
    with pytest.raises(FactoryError, match="already exists"):
        policy.create(inputs)
    policy.delete(identity, changed)


def test_policy_that_was_widened_is_seen_and_one_that_was_narrowed_is_not(
    policy: Policy, double: OvhDouble, inputs: Properties
) -> None:
    """As for the official one: what was added shows, an emptied list and a description taken away do not."""
    identity, made = policy.create(inputs)
    shown = double.state.policies[identity]
    shown["permissions"] = {"deny": [{"action": "domain:apiovh:get"}]}
    del shown["description"]
    shown["resources"] = [{"urn": "urn:v1:eu:resource:domain:*"}]

    found = policy.read(identity, made)

    assert found is not None
    assert _differences(found[1], inputs) == ["denies", "resources"]


def test_policy_that_was_removed_stops_a_refresh(policy: Policy, double: OvhDouble, inputs: Properties) -> None:
    """As for the official one: it is not called gone."""
    identity, made = policy.create(inputs)
    double.state.policies.clear()

    with pytest.raises(FactoryError, match="OVH answered 404"):
        policy.read(identity, made)
