"""The checks of the gate on the servers of the edge, in order: few runs, each of which shows much."""

import contextlib
import functools
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ops.gate.literal import literal
from rehearsal.check_list import Work
from rehearsal.checks.main.made_credentials import made_credentials
from rehearsal.gate.edge_by_hand import changed_by_hand
from rehearsal.gate.edge_gate import LOCK, EdgeGate
from rehearsal.gate.forge import REPOSITORY
from rehearsal.lab import CANARY, expect
from rehearsal.secret_search import SecretSearch

Check = Callable[[EdgeGate], str | None]

SPOILED = (LOCK, "stacks/names.py", "provider/values.py")
"""Files of the program that change between review and merge."""
REASONS = (
    "source: the program is another one",
    "lock: the lock file requirements.txt was changed",
    "versions: another engine, package or plugin is installed here",
    "settings: the stack's file was changed",
    "steps: the steps are others",
)
"""What is said of those, of the stack's file, and of a right that somebody gave by hand."""


def essential_gate_checks() -> Sequence[tuple[str, Check]]:
    """Return the check without which there is nothing to apply."""
    return [("gate: two pushes leave one comment with the plan", check_comment)]


def following_gate_checks() -> Sequence[tuple[str, Check]]:
    """Return the checks of a pull request that was planned and merged."""
    return [
        ("gate: whatever changed after the review is refused by name", check_changed),
        ("gate: the merge is applied, exactly once", check_applied_once),
        ("gate: a branch, a push and comments of others are refused", check_others),
        ("gate: drift in four systems is one issue, which closes itself", check_drift),
        ("gate: no secret in comments, issue, pages and runs", check_secrets),
    ]


def bound(checks: Sequence[tuple[str, Check]], gate: EdgeGate) -> Iterator[tuple[str, Work]]:
    """Return *checks* as work on *gate*."""
    for name, check in checks:
        yield name, functools.partial(check, gate)


def check_comment(gate: EdgeGate) -> None:
    """Plan a new application at each push, and merge."""
    forge = gate.forge
    gate.number = forge.opened("first")
    _with_application(gate, "merged")
    said = [forge.plan(gate.number, "--page", str(_page(gate, "plan"))).stdout for _ in range(2)]
    comments = forge.comments(gate.number)
    expect(len(comments) == 1, f"expected one comment after two pushes, found {len(comments)}")
    digest = said[-1].split("digest: ")[1].split()[0]
    body = str(comments[0]["body"])
    expect(f"<!-- factory:digest {digest} -->" in body, "expected the digest of the plan in the comment")
    expect("<code>merged</code>" in body, "expected the new application in the comment")
    expect("merged" in _page(gate, "plan").read_text(encoding="utf-8"), "expected the new application on the page")
    gate.commit = forge.merged(gate.number)


def check_changed(gate: EdgeGate) -> None:
    """Spoil everything between review and merge: each part is named for itself."""
    with contextlib.ExitStack() as spoiled:
        for name in SPOILED:
            file = spoiled.enter_context(_restored(gate.program / name))
            file.write_text(file.read_text(encoding="utf-8") + "\n# another one\n", encoding="utf-8")
        spoiled.enter_context(_restored(_stack_file(gate)))
        _with_application(gate, "unseen")
        spoiled.enter_context(_by_hand(gate))
        _refused(gate, gate.commit, *REASONS, f"::{CANARY}")


def check_applied_once(gate: EdgeGate) -> None:
    """Apply the merge twice."""
    first = gate.forge.apply(gate.commit)
    expect(first.returncode == 0, f"expected the merge to be applied, found: {first.stderr}")
    _refused(gate, gate.commit, "state: the state has moved since the review")


def check_others(gate: EdgeGate) -> None:
    """Apply from a branch, a commit that was pushed, a plan of another request, and a plan that was altered."""
    forge = gate.forge
    _refused(gate, gate.commit, "expected the branch main, found refs/heads/first", ref="refs/heads/first")
    content: dict[str, object] = {"content": "cHVzaGVk", "message": "feat: pushed", "branch": "main"}
    forge.call("POST", f"/repos/{REPOSITORY}/contents/pushed", content)
    _refused(gate, forge.head(), "came to main without a pull request")
    (ours,) = forge.comments(gate.number)
    other = forge.opened("second")
    forge.call("POST", f"/repos/{REPOSITORY}/issues/{other}/comments", {"body": ours["body"]})
    _refused(gate, forge.merged(other), f"the comment with the plan on {REPOSITORY}#{other} was edited, or is of")
    forge.edited(ours["id"], str(ours["body"]).replace("unchanged", "untouched"))
    _refused(gate, gate.commit, f"the comment with the plan on {REPOSITORY}#{gate.number} was edited, or is of")


def check_drift(gate: EdgeGate) -> str:
    """Change one thing in each system by hand, look, put it back, look again."""
    words = ("main", "--issue", "--page", str(_page(gate, "drift")))
    expect(_issues(gate) == [], "expected no issue before anything drifted")
    with changed_by_hand(gate.edge) as changed:
        found = gate.forge.run("drift", *words)
    expect(found.returncode == 1, f"expected drift to be found, found: {found.stdout}{found.stderr}")
    ((state, title, body),) = _issues(gate)
    expect(
        (state, title) == ("open", f"Drift: {len(changed)} in main, postgres"),
        f"expected an open issue with {len(changed)} entries, found it {state}: {title}\n{found.stdout}",
    )
    missing = [system for system, name in changed.items() if f"**changed** {literal(name)} " not in body]
    expect(not missing, f"expected an entry for each system, found none for {', '.join(missing)}: {body}")
    clean = gate.forge.run("drift", *words)
    expect(clean.returncode == 0, f"expected nothing after the repair, found: {clean.stdout}{clean.stderr}")
    states = [state for state, _, _ in _issues(gate)]
    expect(states == ["closed"], f"expected the issue to be closed, found {states}")
    return ", ".join(changed)


def check_secrets(gate: EdgeGate) -> str:
    """Look for each secret of the edge where people read."""
    forge = gate.forge
    search = SecretSearch(made_credentials(gate.edge))
    listed = forge.call("GET", f"/repos/{REPOSITORY}/issues?state=all").json()
    texts = [str(each["body"]) for each in listed]
    texts += [str(comment["body"]) for each in listed for comment in forge.comments(each["number"])]
    texts += [*forge.said, *(_page(gate, name).read_text(encoding="utf-8") for name in ("plan", "drift"))]
    found = sorted({name for text in texts for name in search.found_in(text.encode())})
    expect(not found, f"expected no secret, found {', '.join(found)}")
    return f"{len(texts)} texts"


def _refused(gate: EdgeGate, commit: str, *words: str, ref: str = "refs/heads/main") -> None:
    """Expect an apply to end with exit code 1 and all of *words*."""
    done = gate.forge.apply(commit, ref=ref)
    missing = [each for each in words if each not in done.stderr]
    expect(
        done.returncode == 1 and not missing,
        f"expected to be refused with: {', '.join(missing)}; found exit code {done.returncode}: {done.stderr}",
    )


def _issues(gate: EdgeGate) -> list[tuple[str, str, str]]:
    listed = gate.forge.call("GET", f"/repos/{REPOSITORY}/issues?state=all&type=issues").json()
    return [(str(each["state"]), str(each["title"]), str(each["body"])) for each in listed]


def _page(gate: EdgeGate, name: str) -> Path:
    return gate.edge.lab.folder / f"gate-{name}.html"


def _stack_file(gate: EdgeGate) -> Path:
    return gate.edge.lab.stack.folder / "Pulumi.postgres.yaml"


def _with_application(gate: EdgeGate, name: str) -> None:
    """Declare one more application; it stays, since its database is protected."""
    file = _stack_file(gate)
    text = file.read_text(encoding="utf-8")
    # The official CLI writes the file anew, with its own indentation.
    more = re.sub(rf"( *)- name: {CANARY}\b", rf"\1- name: {name}\n\g<0>", text)
    expect(more != text, f"expected the application {CANARY} in {file.name}, found none")
    file.write_text(more, encoding="utf-8")


@contextlib.contextmanager
def _by_hand(gate: EdgeGate) -> Iterator[None]:
    """Give a right: to take it away again is a step that nobody saw."""
    server = gate.edge.lab.server
    with server.connect() as connection:
        connection.execute(f"GRANT CONNECT ON DATABASE {CANARY} TO PUBLIC".encode())
    try:
        yield
    finally:
        with server.connect() as connection:
            connection.execute(f"REVOKE CONNECT ON DATABASE {CANARY} FROM PUBLIC".encode())


@contextlib.contextmanager
def _restored(file: Path) -> Iterator[Path]:
    before = file.read_text(encoding="utf-8")
    try:
        yield file
    finally:
        file.write_text(before, encoding="utf-8")
