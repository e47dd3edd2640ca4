"""What is refused of a layer that was declared otherwise before."""

import pytest
from pydantic import JsonValue

from hosts.layers import k3s_drain
from hosts.worker.layer_faults import layer_faults
from hosts.worker.requests import Check


def _faults(*, before: dict[str, JsonValue] | None, version: str) -> list[str]:
    request = Check(
        machine={}, layer="k3s_drain", settings={"node": "pi2", "version": version}, given=(), before=before
    )
    return [fault for _, fault in layer_faults(k3s_drain.LAYER, request, target="rehearsal")]


@pytest.mark.parametrize(
    ("version", "fault"),
    [
        ("1.34.2+k3s1", "pi2 has k3s 1.34.3+k3s1, 1.34.2+k3s1 is older"),
        ("1.36.0+k3s1", "pi2 has k3s 1.34.3+k3s1, 1.36.0+k3s1 skips a minor version"),
    ],
)
def test_version_that_may_not_follow_is_refused_before_any_host_is_asked(version: str, fault: str) -> None:
    """An older version and a skipped minor one are named with what was declared before."""
    (found,) = _faults(before={"node": "pi2", "version": "1.34.3+k3s1"}, version=version)

    assert found.startswith(fault)


@pytest.mark.parametrize("before", [None, {"node": "pi2", "version": "1.34.3+k3s1"}, {"host": "of an older layer"}])
def test_next_version_and_a_new_layer_are_taken(before: dict[str, JsonValue] | None) -> None:
    """A next minor version may follow, anything may come first, and settings of an older layer say nothing."""
    assert _faults(before=before, version="1.35.1+k3s1") == []
