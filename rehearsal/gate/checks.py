"""The checks of the gate, in order."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from pathlib import Path

from rehearsal.check_list import Work
from rehearsal.gate.forge import REPOSITORY, Forge
from rehearsal.lab import expect
from rehearsal.secret_search import SecretSearch

PUSHES = 10
SPOILED = (
    ("requirements.txt", "lock: the lock file requirements.txt was changed"),
    ("stacks/names.py", "source: the program is another one"),
    ("provider/values.py", "versions: another engine, package or plugin is installed here"),
)
"""File of the program → what is said when it was changed after the review."""

Check = Callable[[Forge], str | None]


def gate_checks(forge: Forge) -> Iterator[tuple[str, Work]]:
    """Return the checks, bound to *forge*."""
    named: tuple[tuple[str, Check], ...] = (
        ("gate: ten pushes leave one comment, its merge is applied exactly once", check_applied_once),
        ("gate: what changed after the review is refused by name", check_changed),
        ("gate: a step that somebody added by hand is refused", check_step_added),
        ("gate: of two merges at once the second is refused as stale", check_stale),
        ("gate: comments of others and of other requests are refused", check_comments),
        ("gate: drift is one issue, which closes itself", check_drift),
        ("gate: no secret in comments, issue, page and runs", check_secrets),
    )
    for name, check in named:
        yield name, functools.partial(check, forge)


def check_applied_once(forge: Forge) -> None:
    """Plan a new application at each push, merge, apply twice."""
    number = forge.opened("first")
    _with_application(forge, "merged")
    said = [forge.plan(number).stdout for _ in range(PUSHES)]
    comments = forge.comments(number)
    expect(len(comments) == 1, f"expected one comment after {PUSHES} pushes, found {len(comments)}")
    digest = said[-1].split("digest: ")[1].split()[0]
    body = str(comments[0]["body"])
    expect(f"<!-- factory:digest {digest} -->" in body, "expected the digest of the plan in the comment")
    expect("<code>merged</code>" in body, "expected the new application in the comment")
    commit = forge.merged(number)
    first = forge.apply(commit)
    expect(first.returncode == 0, f"expected the merge to be applied, found: {first.stderr}")
    _refused(forge, commit, "state: the state has moved since the review")


def check_changed(forge: Forge) -> None:
    """Spoil one thing after the other between review and merge; a branch is no merge."""
    number = forge.opened("second")
    forge.plan(number)
    commit = forge.merged(number)
    for name, words in SPOILED:
        with _restored(forge.stack.lab.program / name) as file:
            file.write_text(file.read_text(encoding="utf-8") + "\n# another one\n", encoding="utf-8")
            _refused(forge, commit, words)
    with _restored(_stack_file(forge)):
        _with_application(forge, "unseen")
        _refused(forge, commit, "settings: the stack's file was changed")
    _refused(forge, commit, "expected the branch main, found refs/heads/second", ref="refs/heads/second")
    content: dict[str, object] = {"content": "cHVzaGVk", "message": "feat: pushed", "branch": "main"}
    forge.call("POST", f"/repos/{REPOSITORY}/contents/pushed", content)
    _refused(forge, forge.head(), "came to main without a pull request")


def check_step_added(forge: Forge) -> None:
    """Give a right by hand after the review: to take it away again is a step that nobody saw."""
    number = forge.opened("third")
    forge.plan(number)
    commit = forge.merged(number)
    by_hand(forge, "GRANT CONNECT ON DATABASE canary TO PUBLIC")
    try:
        _refused(forge, commit, "steps: the steps are others")
    finally:
        by_hand(forge, "REVOKE CONNECT ON DATABASE canary FROM PUBLIC")


def check_stale(forge: Forge) -> None:
    """Plan two requests from the same main, merge both, apply both."""
    one, other = forge.opened("fourth"), forge.opened("fifth")
    forge.plan(other)
    _with_application(forge, "sooner")
    forge.plan(one)
    first, second = forge.merged(one), forge.merged(other)
    applied = forge.apply(first)
    expect(applied.returncode == 0, f"expected the first merge to be applied, found: {applied.stderr}")
    _refused(forge, second, "state: the state has moved since the review")


def check_comments(forge: Forge) -> None:
    """Take an unaltered plan to another request; alter one as somebody else."""
    one, other = forge.opened("sixth"), forge.opened("seventh")
    forge.plan(one)
    (ours,) = forge.comments(one)
    forge.call("POST", f"/repos/{REPOSITORY}/issues/{other}/comments", {"body": ours["body"]})
    _refused(forge, forge.merged(other), f"the comment with the plan on {REPOSITORY}#{other} was edited, or is of")
    forge.edited(ours["id"], str(ours["body"]).replace("unchanged", "untouched"))
    _refused(forge, forge.merged(one), f"the comment with the plan on {REPOSITORY}#{one} was edited, or is of")


def check_drift(forge: Forge) -> None:
    """Change two things by hand, look, repair, look again."""
    words = ("--issue", "--page", str(forge.stack.lab.folder / "drift.html"))
    expect(_issues(forge) == [], "expected no issue before anything drifted")
    by_hand(forge, "ALTER ROLE canary_role CREATEDB")
    by_hand(forge, "GRANT CONNECT ON DATABASE canary TO PUBLIC")
    found = forge.run("drift", *words)
    expect(found.returncode == 1, f"expected drift to be found, found: {found.stdout}{found.stderr}")
    expect(_issues(forge) == [("open", "Drift: 2 in postgres")], f"expected one issue, found {_issues(forge)}")
    by_hand(forge, "ALTER ROLE canary_role NOCREATEDB")
    by_hand(forge, "REVOKE CONNECT ON DATABASE canary FROM PUBLIC")
    clean = forge.run("drift", *words)
    expect(clean.returncode == 0, f"expected nothing after the repair, found: {clean.stdout}{clean.stderr}")
    states = [state for state, _ in _issues(forge)]
    expect(states == ["closed"], f"expected the issue to be closed, found {states}")


def check_secrets(forge: Forge) -> str:
    """Look for each secret of this phase where people read."""
    lab = forge.stack.lab
    search = SecretSearch(
        {
            lab.server.password: "the password of the superuser",
            lab.stack.secret_output("credentials_editor_password"): "the password of credentials_editor",
            lab.stack.environment()["PULUMI_CONFIG_PASSPHRASE"]: "the passphrase",
            forge.gitea.token: "the token of Gitea",
        }
    )
    listed = forge.call("GET", f"/repos/{REPOSITORY}/issues?state=all").json()
    texts = [str(each["body"]) for each in listed]
    texts += [str(comment["body"]) for each in listed for comment in forge.comments(each["number"])]
    texts += [*forge.said, (lab.folder / "drift.html").read_text(encoding="utf-8")]
    found = sorted({name for text in texts for name in search.found_in(text.encode())})
    expect(not found, f"expected no secret, found {', '.join(found)}")
    return f"{len(texts)} texts"


def by_hand(forge: Forge, statement: str) -> None:
    """Do something to the databases that no stack knows of."""
    with forge.stack.lab.server.connect() as connection:
        connection.execute(statement.encode())


def _refused(forge: Forge, commit: str, words: str, *, ref: str = "refs/heads/main") -> None:
    """Expect an apply to end with exit code 1 and *words*."""
    done = forge.apply(commit, ref=ref)
    expect(
        done.returncode == 1 and words in done.stderr,
        f"expected to be refused with: {words}; found exit code {done.returncode}: {done.stderr}",
    )


def _issues(forge: Forge) -> list[tuple[str, str]]:
    listed = forge.call("GET", f"/repos/{REPOSITORY}/issues?state=all&type=issues").json()
    return [(str(each["state"]), str(each["title"])) for each in listed]


def _stack_file(forge: Forge) -> Path:
    return forge.stack.lab.stack.folder / "Pulumi.postgres.yaml"


def _with_application(forge: Forge, name: str) -> None:
    """Declare one more application; it stays, since its database is protected."""
    file = _stack_file(forge)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("- name: canary", f"- name: {name}\n    - name: canary"), encoding="utf-8")


@contextlib.contextmanager
def _restored(file: Path) -> Iterator[Path]:
    before = file.read_text(encoding="utf-8")
    try:
        yield file
    finally:
        file.write_text(before, encoding="utf-8")
