"""A recording with one thing changed: the comparison names it, and nothing else."""

from collections.abc import Callable

import pytest

from tests.engine.conformance import case as cases
from tests.engine.conformance import recording
from tests.engine.conformance.compare import differences
from tests.engine.conformance.comparison import CASES, NAMES
from tests.engine.conformance.recording import Recording

Change = Callable[[Recording], object]

UP = "step 2 (up main): "

CHANGES: dict[str, tuple[Change, list[str]]] = {
    "result": (
        lambda seen: setattr(seen.outcomes[1], "result", "failed"),
        [UP + 'result: expected "succeeded"; found "failed"'],
    ),
    "a count": (
        lambda seen: seen.outcomes[1].counts.update(create=4),
        [UP + "counts: create: expected 3; found 4"],
    ),
    "an output": (
        lambda seen: seen.outcomes[1].outputs.pop("echo"),
        [UP + 'outputs: echo: expected "one"; found nothing'],
    ),
    "a step's operation": (
        lambda seen: seen.outcomes[1].steps[2].update(op="update"),
        [
            UP + "steps of urn:simple:index:Thing::first: expected create; found update",
            UP + 'order of steps: expected ["create urn:simple:index:Thing::first", '
            '"create urn:simple:index:Thing::second"]; found ["update urn:simple:index:Thing::first", '
            '"create urn:simple:index:Thing::second"]',
        ],
    ),
    "a call too many": (
        lambda seen: seen.outcomes[1].calls.insert(3, dict(seen.outcomes[1].calls[2])),
        [UP + "calls of urn:simple:index:Thing::first: expected Check, Create; found Check, Check, Create"],
    ),
    "an input of a call": (
        lambda seen: seen.outcomes[1].calls[2].update(olds={"value": "one"}),
        [UP + 'calls of urn:simple:index:Thing::first: 1 Check: olds: value: expected nothing; found "one"'],
    ),
    "the provider that is asked": (
        lambda seen: seen.outcomes[1].calls[2].update(provider="urn:pulumi:providers:simple::other::<id 1>"),
        [
            UP + "calls of urn:simple:index:Thing::first: 1 Check: provider: expected "
            '"urn:pulumi:providers:simple::default::<id 1>"; found "urn:pulumi:providers:simple::other::<id 1>"'
        ],
    ),
    "a flag in the state": (
        lambda seen: seen.outcomes[1].resources[2].update(protect=True),
        [UP + "state of urn:simple:index:Thing::first: 1 first-1: protect: expected nothing; found true"],
    ),
    "the order of the state": (
        lambda seen: seen.outcomes[1].resources.append(seen.outcomes[1].resources.pop(2)),
        [
            UP + "order of the state: urn:simple:index:Thing::second stands before "
            "urn:simple:index:Thing::first, which it needs",
            UP + 'order of the state: expected ["first-1 urn:simple:index:Thing::first", "second-1 '
            'urn:simple:index:Thing::second"]; found ["second-1 urn:simple:index:Thing::second", "first-1 '
            'urn:simple:index:Thing::first"]',
        ],
    ),
    "the order of changes": (
        lambda seen: seen.outcomes[1].calls.append(seen.outcomes[1].calls.pop(3)),
        [
            UP + 'order of changes: expected ["Create urn:simple:index:Thing::first ", "Create '
            'urn:simple:index:Thing::second "]; found ["Create urn:simple:index:Thing::second ", "Create '
            'urn:simple:index:Thing::first "]'
        ],
    ),
    "a pending operation": (
        lambda seen: seen.outcomes[1].pending.append({"type": "creating"}),
        [UP + 'pending operations: expected []; found [{"type": "creating"}]'],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_one_change_is_named(change: str) -> None:
    """Each part of a recording is compared, and a difference says where it is."""
    case = cases.load(CASES / "create")
    expected = recording.load(CASES / "create" / "expected.json")
    found = recording.load(CASES / "create" / "expected.json")
    make, lines = CHANGES[change]

    make(found)

    assert differences(expected, found=found, case=case) == lines


def test_dependent_changes_keep_their_order() -> None:
    """Without a fixed order, two changes may still not swap where one resource needs the other."""
    case = cases.load(CASES / "depends_on_components")
    expected = recording.load(CASES / "depends_on_components" / "expected.json")
    found = recording.load(CASES / "depends_on_components" / "expected.json")
    calls = found.outcomes[0].calls
    [first, second, *_, fourth, fifth] = [place for place, call in enumerate(calls) if call["method"] == "Create"]

    calls[fourth], calls[fifth] = calls[fifth], calls[fourth]
    assert differences(expected, found=found, case=case) == []
    calls.insert(second, calls.pop(first))

    inner = "urn:conformance:index:Group$conformance:index:Group$simple:index:Thing::"
    [line] = differences(expected, found=found, case=case)
    assert line == (
        "step 1 (up main): order of changes that depend on each other: "
        f'expected ["Create {inner}first ", "Create {inner}second "]; '
        f'found ["Create {inner}second ", "Create {inner}first "]'
    )


def test_refusal_changes_nothing() -> None:
    """Where the embedded engine deliberately refuses, it must fail, call nothing that changes, and keep the state."""
    case = cases.load(CASES / "pending_create")
    expected = recording.load(CASES / "pending_create" / "expected.json")
    found = recording.load(CASES / "pending_create" / "expected.json")
    found.engine = "embedded"

    assert differences(expected, found=found, case=case) == [
        'step 2 (up main): result: expected "failed"; found "succeeded"',
        'step 2 (up main): changes: expected []; found ["Create urn:simple:index:Thing::second "]',
        (
            'step 2 (up main): objects in state and pending operations: expected ["urn:simple:index:Thing::first", '
            '"urn:simple:index:Thing::second"]; found ["urn:simple:index:Thing::first", '
            '"urn:simple:index:Thing::second", "urn:simple:index:Thing::second"]'
        ),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_recording_agrees_with_itself(name: str) -> None:
    """Every recording is complete and can be compared."""
    case = cases.load(CASES / name)
    expected = recording.load(CASES / name / "expected.json")

    assert differences(expected, found=expected, case=case) == []
    assert expected.engine.startswith("pulumi 3.")
