"""The plain runs of the stack `main`."""

from rehearsal.lab import changes, expect, expect_success
from rehearsal.main.edge import Edge


def check_preview(edge: Edge) -> None:
    """Prove that a preview plans to create, nothing else, and makes nothing in Vault."""
    document = edge.stack.run("preview")
    expect_success(document)
    others = [line for line in changes(document) if not line.startswith("create ")]
    expect(not others, "expected a preview that only creates, found:\n" + "\n".join(others))
    expect(changes(document), "expected a preview that creates, found no step")
    with edge.as_root() as client:
        mounts = client.get("sys/mounts").raise_for_status().json()["data"]
    expect("kvv2/" not in mounts, "expected a preview to make nothing, found the engine kvv2")


def check_first_run(edge: Edge) -> None:
    """Make everything."""
    document = edge.stack.run("up")
    edge.runs["first"] = document
    expect_success(document)
    expect(document.counts.get("create"), "expected the first run to create, found no step")


def check_second_run(edge: Edge) -> None:
    """Prove that the second run changes nothing."""
    _expect_quiet(edge, "second")


def check_asked_again(edge: Edge) -> None:
    """Prove that every server, asked again, has what is declared."""
    _expect_quiet(edge, "asked again", refresh=True)


def _expect_quiet(edge: Edge, name: str, *, refresh: bool = False) -> None:
    document = edge.stack.run("up", refresh=refresh)
    edge.runs[name] = document
    expect_success(document)
    found = changes(document)
    expect(not found, f"expected the {name} run to change nothing, found:\n" + "\n".join(found))
