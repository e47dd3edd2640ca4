"""The runners of Gitea's workflows, seen by Gitea itself."""

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import changes, expect, expect_success

LOST = "pi3"
REPOSITORY = "rehearsed-greeting"
WORKFLOW = (
    "on: push\njobs:\n  greet:\n    runs-on: ubuntu-latest\n    steps:\n"
    "      - run: echo done by a runner\n      - run: test -n here\n"
)
PATIENCE_SECONDS = 60
Answer = Any  # what Gitea says, as JSON


def runner_checks() -> Iterator[tuple[str, Callable[[HostsLab], str | None]]]:
    """Return the checks by name."""
    yield "runner: each is registered once, its registration closed", check_registered
    yield "runner: a workflow run is done", check_workflow
    yield f"runner: {LOST} removed in Gitea is seen, and registered anew", check_lost
    yield "runner: without Gitea asking fails, and no registration is lost", check_without_gitea


def check_registered(lab: HostsLab) -> str:
    """Prove that Gitea knows each runner exactly once, and that only root can read a registration."""
    known = sorted(str(runner["name"]) for runner in known_runners(lab))
    expect(known == sorted(lab.settings.roles.runners), f"expected each runner once, Gitea knows {known}")
    for name in known:
        found = lab.machines[name].run(f"sudo stat -c '%a %U' {_registration(lab, name)}", check=False).stdout.strip()
        expect(found == "600 root", f"{name}: expected a registration of mode 600 root, found {found!r}")
    return ", ".join(known)


def check_workflow(lab: HostsLab) -> str:
    """Prove that a pushed workflow is picked up and done, by the stand-in for act_runner."""
    owner = lab.settings.administrator
    begun = time.monotonic()
    _ask(lab, "POST", "user/repos", {"name": REPOSITORY, "auto_init": True})
    try:
        content = base64.b64encode(WORKFLOW.encode()).decode()
        place = f"repos/{owner}/{REPOSITORY}"
        body = {"content": content, "message": "greet"}
        _ask(lab, "POST", f"{place}/contents/.gitea/workflows/greet.yaml", body)
        status = "none"
        while status not in {"success", "failure"} and time.monotonic() - begun < PATIENCE_SECONDS:
            runs = _ask(lab, "GET", f"{place}/actions/tasks")["workflow_runs"]
            status = runs[0]["status"] if runs else "none"
            time.sleep(0.5)
    finally:
        _ask(lab, "DELETE", f"repos/{owner}/{REPOSITORY}")
    expect(status == "success", f"expected the workflow run to succeed, found {status} after {PATIENCE_SECONDS} s")
    return f"{time.monotonic() - begun:.0f} s"


def check_lost(lab: HostsLab) -> None:
    """Prove that a runner which Gitea forgot is named as pending, comes back, and that the others stay."""
    before = {runner["name"]: runner["id"] for runner in known_runners(lab)}
    _ask(lab, "DELETE", f"admin/actions/runners/{before[LOST]}")
    shown = lab.stack.run("preview", refresh=True)
    expect_success(shown)
    named = [line for line in changes(shown) if f"{LOST}-runner" in line]
    expect(named and len(changes(shown)) == 1, f"expected only {LOST}-runner to differ, found {changes(shown)}")
    expect_success(lab.stack.run("up", refresh=True))
    after = {runner["name"]: runner["id"] for runner in known_runners(lab)}
    expect(after.keys() == before.keys(), f"expected the runners {sorted(before)}, found {sorted(after)}")
    moved = {name for name in before if before[name] != after[name]}
    expect(moved == {LOST}, f"expected only {LOST} to be registered anew, found {sorted(moved)}")


def check_without_gitea(lab: HostsLab) -> None:
    """Prove that a runner is not registered again because Gitea gives no answer."""
    gitea = lab.machines[lab.settings.roles.foundations]
    kept = {name: _kept(lab, name) for name in lab.settings.roles.runners}
    gitea.run("sudo docker stop gitea")
    try:
        document = lab.stack.run("refresh", preview_only=True)
        expect(document.result != "succeeded", "expected asking to fail while Gitea is stopped")
        said = "\n".join(each.message for each in document.diagnostics)
        expect("gave no answer" in said, f"expected Gitea to be named, found:\n{said}")
    finally:
        gitea.run("sudo docker start gitea")
        expect_success(lab.stack.run("up", refresh=False))
    found = {name: _kept(lab, name) for name in lab.settings.roles.runners}
    expect(found == kept, "expected every registration as before")


def _registration(lab: HostsLab, name: str) -> str:
    return f"{lab.settings.data}/gitea-runner-{name}/.runner"


def _kept(lab: HostsLab, name: str) -> str:
    return lab.machines[name].run(f"sudo sha256sum {_registration(lab, name)}").stdout


def known_runners(lab: HostsLab) -> list[Mapping[str, Answer]]:
    """Return the runners that Gitea knows."""
    found: list[Mapping[str, Answer]] = _ask(lab, "GET", "admin/actions/runners")["runners"]
    return found


def _ask(lab: HostsLab, method: str, path: str, body: Mapping[str, object] | None = None) -> Answer:
    """Ask Gitea as its administrator, from the machine with the authority."""
    settings = lab.settings
    password = lab.stack.secret_output("gitea_administrator_password")
    url = f"https://gitea.{settings.domain}/api/v1/{path}"
    data = "" if body is None else f"--header 'Content-Type: application/json' --data '{json.dumps(body)}' "
    command = f"curl --silent --show-error --fail-with-body --request {method} {data}--config - {url}"
    login = f'user = "{settings.administrator}:{password}"\n'
    found = lab.machines[settings.roles.authority].run(command, given=login, check=False)
    expect(
        found.returncode == 0, f"expected {method} {url} to succeed, found: {found.stdout[:300]}{found.stderr[:300]}"
    )
    return json.loads(found.stdout) if found.stdout.strip() else {}
