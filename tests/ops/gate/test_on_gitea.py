"""Comments, merges and what is refused, on a real Gitea."""

import base64
from collections.abc import Iterator

import httpx
import pytest

from rehearsal.gate.forge import PASSWORD, REPOSITORY, STRANGER, Forge, forge_of
from rehearsal.gate.gated_stack import GatedStack

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def forge(gated: GatedStack) -> Iterator[Forge]:
    """Bring up a Gitea beside the stack."""
    with forge_of(gated) as found:
        yield found


def test_comment_merge_applied_once(forge: Forge) -> None:
    """Ten pushes leave one comment; the merge applies its plan, and a second run of the same merge is refused."""
    number = forge.opened("first")
    file = forge.stack.lab.stack.folder / "Pulumi.postgres.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("- name: canary", "- name: merged\n    - name: canary"), encoding="utf-8")
    said = [forge.plan(number).stdout for _ in range(10)]

    (only,) = forge.comments(number)
    commit = forge.merged(number)
    first, second = forge.apply(commit), forge.apply(commit)

    digest = said[-1].split("digest: ")[1].split()[0]
    assert f"<!-- factory:digest {digest} -->" in str(only["body"])
    assert "<code>merged</code>" in str(only["body"])
    assert forge.stack.lab.server.password not in str(only["body"])
    assert first.returncode == 0, first.stderr
    assert second.returncode == 1
    assert "state: the state has moved since the review" in second.stderr


def test_comment_edited_by_somebody_else(forge: Forge) -> None:
    """A comment that another administrator of the repository edited is no review, nor is one that they wrote."""
    number = forge.opened("second")
    forge.plan(number)
    (ours,) = forge.comments(number)
    edited = str(ours["body"]).replace("unchanged", "untouched")
    stranger = httpx.BasicAuth(STRANGER, PASSWORD)
    with forge.gitea.client() as client:
        del client.headers["Authorization"]
        client.patch(
            f"/repos/{REPOSITORY}/issues/comments/{ours['id']}", json={"body": edited}, auth=stranger
        ).raise_for_status()
        client.post(
            f"/repos/{REPOSITORY}/issues/{number}/comments", json={"body": ours["body"]}, auth=stranger
        ).raise_for_status()

    refused = forge.apply(forge.merged(number))

    assert refused.returncode == 1
    assert f"the comment with the plan on {REPOSITORY}#{number} was edited, or is of another" in refused.stderr


def test_comment_of_another_pull_request(forge: Forge) -> None:
    """A plan that was made for one request is not taken from another one, though it is unaltered."""
    one, other = forge.opened("third"), forge.opened("fourth")
    forge.plan(one)
    (ours,) = forge.comments(one)
    forge.call("POST", f"/repos/{REPOSITORY}/issues/{other}/comments", {"body": ours["body"]})

    refused = forge.apply(forge.merged(other))

    assert refused.returncode == 1
    assert f"the comment with the plan on {REPOSITORY}#{other} was edited, or is of another" in refused.stderr


def test_pushed_without_a_request(forge: Forge) -> None:
    """A commit that came to main by a push, and a request without a plan, apply nothing."""
    content = base64.b64encode(b"pushed").decode()
    forge.call(
        "POST", f"/repos/{REPOSITORY}/contents/pushed", {"content": content, "message": "feat: p", "branch": "main"}
    )
    pushed = str(forge.call("GET", f"/repos/{REPOSITORY}/branches/main").json()["commit"]["id"])
    unplanned = forge.merged(forge.opened("fifth"))

    assert "came to main without a pull request" in forge.apply(pushed).stderr
    assert "expected one comment with the plan of postgres" in forge.apply(unplanned).stderr
