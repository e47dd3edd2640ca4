"""Every type of resource on a real Gitea: made, read, changed by hand, repaired, deleted by hand, imported."""

import httpx
import pytest

from provider.differences import differences
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.values import Properties
from tests.provider.gitea.lives import LIVES, Life

EACH = pytest.mark.parametrize("life", LIVES.values(), ids=LIVES.keys())


def _checked(kind: GiteaKind, inputs: Properties) -> Properties:
    checked = kind.check(inputs)
    assert checked.faults == []
    return checked.inputs


@EACH
def test_life(life: Life, kinds: dict[str, GiteaKind], hand: httpx.Client) -> None:
    """A second run changes nothing; each change by hand is seen as what it is and repaired; gone is seen, and made."""
    kind = kinds[life.kind]
    inputs = _checked(kind, life.inputs)

    state = kind.make(inputs, {})
    assert kind.identity(inputs) == life.identity
    found = kind.read(life.identity, inputs, state)
    assert found is not None
    assert found.outputs == state
    assert found.inputs == inputs
    assert differences(state, inputs) == {}

    for seen, by_hand in life.by_hand.items():
        by_hand(hand)
        drifted = kind.read(life.identity, inputs, state)
        assert drifted is not None
        assert seen in differences(drifted.outputs, inputs), seen
        state = kind.make(inputs, drifted.outputs)
        repaired = kind.read(life.identity, inputs, state)
        assert repaired is not None
        assert differences(repaired.outputs, inputs) == {}, seen
        assert repaired.outputs == state

    life.gone(hand)
    assert kind.read(life.identity, inputs, state) is None
    state = kind.make(inputs, {})
    assert differences(state, inputs) == {}

    kind.delete(life.identity)
    assert kind.read(life.identity, inputs, state) is None
    kind.delete(life.identity)


@EACH
def test_another_declaration(life: Life, kinds: dict[str, GiteaKind]) -> None:
    """Another declaration of the same object is a difference, and changes that object, not a second one."""
    kind = kinds[life.kind]
    first, second = _checked(kind, life.inputs), _checked(kind, life.changed)
    state = kind.make(first, {})

    assert differences(state, second) != {} or first == second
    state = kind.make(second, state)

    found = kind.read(life.identity, second, state)
    assert found is not None
    assert differences(found.outputs, second) == {}
    kind.delete(life.identity)
    assert kind.read(life.identity, second, state) is None


@EACH
def test_import(life: Life, kinds: dict[str, GiteaKind]) -> None:
    """What is there is read by its id alone; only what Gitea does not tell is a difference then."""
    kind = kinds[life.kind]
    inputs = _checked(kind, life.inputs)
    kind.make(inputs, {})

    imported = kind.read(life.identity, {}, {})

    assert imported is not None
    assert differences(imported.outputs, inputs).keys() <= life.not_imported
    assert kind.check(imported.inputs).faults == []
    state = kind.make(inputs, imported.outputs)
    assert differences(state, inputs) == {}
    kind.delete(life.identity)


@EACH
def test_made_twice(life: Life, kinds: dict[str, GiteaKind]) -> None:
    """A run that does not know what was made takes it over, and never makes a second one."""
    kind = kinds[life.kind]
    inputs = _checked(kind, life.inputs)
    kind.make(inputs, {})

    state = kind.make(inputs, {})

    assert differences(state, inputs) == {}
    assert state.get("copies", 1) == 1
    kind.delete(life.identity)
    assert kind.read(life.identity, inputs, state) is None
