"""Which versions of k3s may follow which, as values."""

import pytest

from hosts.k3s.step_faults import agent_faults, declared_faults, server_faults
from hosts.k3s.version import Version


def v(text: str) -> Version:
    """Return a version."""
    return Version.read(text)


OLD, PATCH, MINOR, TWO = v("1.34.3+k3s1"), v("1.34.10+k3s1"), v("1.35.0+k3s1"), v("1.36.0+k3s1")


@pytest.mark.parametrize("text", ["1.34.3+k3s1", "v1.34.3+k3s1"])
def test_version_is_read_as_pin_and_node_write_it(text: str) -> None:
    """The leading letter of a node's version makes no difference, and parts are compared as numbers."""
    assert str(v(text)) == "1.34.3+k3s1"
    assert OLD < v("1.34.3+k3s2") < PATCH < MINOR


@pytest.mark.parametrize("text", ["1.34.3", "latest", "1.34+k3s1", ""])
def test_what_is_no_version_is_refused(text: str) -> None:
    """A floating or incomplete version is not guessed."""
    with pytest.raises(ValueError, match="expected a version of k3s, for example"):
        v(text)


@pytest.mark.parametrize("wanted", [OLD, PATCH, MINOR])
def test_same_patch_and_next_minor_are_taken(wanted: Version) -> None:
    """A server may stay, take a patch, or take the next minor version, and its agents after it."""
    assert [*server_faults({"pi1": OLD, "pi2": OLD}, server="pi1", wanted=wanted)] == []
    assert [*agent_faults("pi2", found=OLD, server=wanted, wanted=wanted)] == []
    assert [*declared_faults("pi1", before=str(OLD), wanted=str(wanted))] == []


def test_first_installation_is_taken() -> None:
    """Where there is no cluster, and no node of the name, nothing stands against a version."""
    assert [*server_faults({}, server="pi1", wanted=TWO)] == []
    assert [*agent_faults("pi2", found=None, server=TWO, wanted=TWO)] == []


def test_skipped_minor_is_refused() -> None:
    """Both versions are named, and the one that comes between."""
    said = (
        "pi1 has k3s 1.34.3+k3s1, 1.36.0+k3s1 skips a minor version. Expected 1.35 first, then the one after",
        (
            "pi2 has k3s 1.34.3+k3s1, pi1 would get 1.36.0+k3s1: more than one minor version between them. "
            "Expected pi2 at 1.35 or newer first"
        ),
    )
    assert tuple(server_faults({"pi1": OLD, "pi2": OLD}, server="pi1", wanted=TWO)) == said
    assert tuple(declared_faults("pi1", before=str(OLD), wanted=str(TWO))) == said[:1]


def test_downgrade_is_refused() -> None:
    """Also that of a patch, and of an agent alone."""
    said = (
        "has k3s 1.34.10+k3s1, 1.34.3+k3s1 is older: the datastore cannot go back. Expected 1.34.10+k3s1 or newer; "
        "an older one is restored from a snapshot"
    )
    assert [*server_faults({"pi1": PATCH}, server="pi1", wanted=OLD)] == [f"pi1 {said}"]
    assert [*agent_faults("pi2", found=PATCH, server=PATCH, wanted=OLD)] == [f"pi2 {said}"]


def test_agent_before_its_server_is_refused() -> None:
    """An agent is never newer than its server, not even by a patch."""
    (fault,) = agent_faults("pi2", found=OLD, server=OLD, wanted=PATCH)
    assert fault == (
        "pi2 would get k3s 1.34.10+k3s1, its server has 1.34.3+k3s1: an agent is never newer. "
        "Expected the server to be upgraded first"
    )


def test_agent_left_behind_holds_its_server() -> None:
    """A server does not go on while an agent would end two minor versions behind it."""
    (fault,) = server_faults({"pi1": MINOR, "pi2": MINOR, "pi3": OLD}, server="pi1", wanted=TWO)
    assert fault.startswith("pi3 has k3s 1.34.3+k3s1, pi1 would get 1.36.0+k3s1")
