"""What is wrong with settings, as values."""

import pytest
from pydantic import JsonValue

from hosts.inventory import Machine
from hosts.worker.settings_faults import Place, settings_faults
from tests.hosts.demo_layers import Demo


@pytest.mark.parametrize(
    ("settings", "faults"),
    [
        ({"text": "hello", "inner": {"port": 22}}, []),
        ({"txt": "hello"}, [(("txt",), 'unknown key, did you mean "text"? Expected text, inner, names')]),
        ({"text": "a", "zzz": 1}, [(("zzz",), "unknown key. Expected text, inner, names")]),
        ({}, [(("text",), "missing. Expected: text of the note, for example hello")]),
        (
            {"text": "a", "inner": {"prt": 1}},
            [(("inner", "prt"), 'unknown key, did you mean "port"? Expected port')],
        ),
        (
            {"text": 5, "inner": {"port": 22}},
            [(("text",), "Input should be a valid string. Expected: text of the note, for example hello")],
        ),
    ],
    ids=["good", "mistyped", "unknown", "missing", "inner", "wrong type"],
)
def test_faults_of_a_layer(settings: dict[str, JsonValue], faults: list[tuple[Place, str]]) -> None:
    """Each fault has its path and what was expected; a mistyped key is one fault, not two."""
    assert [*settings_faults(Demo, settings)] == faults


def test_values_are_not_repeated() -> None:
    """A value is in no message: it may be a secret in the wrong place."""
    (fault,) = settings_faults(Machine, {"name": "pi1", "address": "hunter2 secret"})
    assert "hunter2" not in fault[1]
