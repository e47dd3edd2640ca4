"""The verbs `plan` and `apply`, on a real PostgreSQL."""

import json
from pathlib import Path

import pytest

from rehearsal.gate.gated_stack import GatedStack
from rehearsal.servers.contract import DatabaseServer

pytestmark = pytest.mark.slow


def _appended(file: Path, text: str) -> str:
    """Append *text* to *file*, and return what was there."""
    before = file.read_text(encoding="utf-8")
    file.write_text(before + text, encoding="utf-8")
    return before


def _with_application(stack: GatedStack, name: str) -> str:
    file = stack.lab.stack.folder / "Pulumi.postgres.yaml"
    before = file.read_text(encoding="utf-8")
    text = before.replace("- name: canary", f"- name: {name}\n    - name: canary")
    assert text != before
    file.write_text(text, encoding="utf-8")
    return before


def _databases(server: DatabaseServer) -> set[str]:
    with server.connect() as connection:
        return {str(row[0]) for row in connection.execute("SELECT datname FROM pg_database").fetchall()}


def test_applied_exactly_once(gated: GatedStack) -> None:
    """A reviewed plan is applied; the same digest a second time is refused, because the state has moved."""
    # It stays declared: a database is protected, and taking it away is another story.
    _with_application(gated, "once")

    planned = gated.plan()
    first, second = gated.apply(), gated.apply()

    assert "create postgresql:index/database:Database once" in planned.stdout
    assert first.returncode == 0, first.stderr
    assert "once" in _databases(gated.lab.server)
    assert second.returncode == 1
    assert "state: the state has moved since the review" in second.stderr
    assert "  new: urn:" in second.stderr


def test_the_same_plan_has_the_same_digest(gated: GatedStack) -> None:
    """Nothing that changes from run to run is in a digest."""
    found = {json.loads(gated.run("plan", "--json").stdout)["digest"] for _ in range(3)}

    assert len(found) == 1


def test_settings_and_steps_changed(gated: GatedStack) -> None:
    """Another application after the review is refused: the settings are named, and the steps that came with it."""
    gated.plan()
    before = _with_application(gated, "unseen")
    try:
        refused = gated.apply()
    finally:
        (gated.lab.stack.folder / "Pulumi.postgres.yaml").write_text(before, encoding="utf-8")

    assert refused.returncode == 1
    assert "settings: the stack's file was changed\n  changed: factory:settings.applications" in refused.stderr
    assert "steps: the steps are others" in refused.stderr
    assert "unseen" not in _databases(gated.lab.server)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("requirements.txt", "lock: the lock file requirements.txt was changed\n  changed: requirements.txt"),
        ("stacks/names.py", "source: the program is another one"),
        ("provider/values.py", "versions: another engine, package or plugin is installed here"),
    ],
)
def test_file_changed(gated: GatedStack, file: str, said: str) -> None:
    """A changed lock file, program or plugin is refused by name, though the steps are the same."""
    gated.plan()
    path = gated.lab.program / file
    before = _appended(path, "\n# another one\n")
    try:
        refused = gated.apply()
    finally:
        path.write_text(before, encoding="utf-8")

    assert refused.returncode == 1
    assert said in refused.stderr
    assert "steps:" not in refused.stderr


def test_object_changed_by_hand(gated: GatedStack) -> None:
    """What somebody does to the database after the review is a step that nobody reviewed."""
    gated.plan()
    with gated.lab.server.connect() as connection:
        connection.execute("GRANT CONNECT ON DATABASE webapp TO PUBLIC")
    try:
        refused = gated.apply()
    finally:
        with gated.lab.server.connect() as connection:
            connection.execute("REVOKE CONNECT ON DATABASE webapp FROM PUBLIC")

    assert refused.returncode == 1
    assert "steps: the steps are others" in refused.stderr
    assert "AccessList::webapp" in refused.stderr


def test_wrong_digests(gated: GatedStack) -> None:
    """The digest of another pull request, one that was altered, and something else are refused with their reason."""
    gated.plan("--review", "org/repository#1")
    digest = json.loads(gated.file.read_text(encoding="utf-8"))["digest"]
    altered = digest[:-1] + ("0" if digest[-1] != "0" else "1")

    other = gated.apply("--review", "org/repository#2")
    forged = gated.apply("--review", "org/repository#1", reviewed=altered)
    wrong = gated.apply("--review", "org/repository#1", reviewed="g1-yes")

    assert [each.returncode for each in (other, forged, wrong)] == [1, 1, 1]
    assert "review: the digest is of another pull request" in other.stderr
    assert "digest: the digest was not made with this stack's key" in forged.stderr
    assert "expected the digest of a plan, for example g1-" in wrong.stderr


def test_only_on_main(gated: GatedStack) -> None:
    """A branch and a pull request apply nothing, whatever was reviewed."""
    for ref in ("refs/heads/feature", "refs/pull/3/head"):
        refused = gated.apply(ref=ref)

        assert refused.returncode == 1
        assert f"expected the branch main, found {ref}" in refused.stderr


def test_no_secret_in_a_plan(gated: GatedStack) -> None:
    """Neither the text nor the document of a plan holds a password of the state or the passphrase."""
    secrets = [gated.lab.stack.secret_output("credentials_editor_password"), gated.lab.server.password]
    planned = gated.plan()

    text = planned.stdout + planned.stderr + gated.file.read_text(encoding="utf-8")
    assert not [secret for secret in secrets if secret in text]
