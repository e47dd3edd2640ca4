"""What kubectl says of a manifest, read."""

import pytest

from hosts.facts.applied_objects import read_answer


def test_what_differs_is_named() -> None:
    """The names of the objects that are missing or were changed are returned, and nothing of their content."""
    said = [
        "Files /tmp/LIVE-1/v1.ConfigMap.kube-system.coredns-custom and /tmp/MERGED-2/v1.ConfigMap.x differ",
        "answer 1",
    ]

    assert read_answer(said) == ("v1.ConfigMap.kube-system.coredns-custom",)


def test_nothing_differs() -> None:
    """A cluster that is as declared answers with nothing."""
    assert read_answer(["answer 0"]) == ()


def test_a_missing_kind_or_namespace_is_something_that_is_not_there_yet() -> None:
    """Before a chart is installed its kinds are unknown: that is a difference and no fault."""
    said = [
        'error: resource mapping not found: no matches for kind "Certificate" in version "cert-manager.io/v1"',
        'Error from server (NotFound): namespaces "tools" not found',
        "answer 1",
    ]

    assert read_answer(said) == ("the kind Certificate", "the namespace tools")


def test_no_answer_is_a_fault() -> None:
    """An API that does not answer is never read as a cluster that differs, or does not."""
    with pytest.raises(ValueError, match="expected what differs from a manifest, found: The connection was refused"):
        read_answer(["The connection was refused", "answer 1"])
