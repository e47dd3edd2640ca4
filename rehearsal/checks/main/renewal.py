"""Renewals of the credentials that the stack `main` makes, as the operator asks for them."""

import json
import signal
import subprocess
import sys
from collections.abc import Sequence

from pydantic import JsonValue

from ops.rotation.step import Step
from rehearsal.bring_up import CHECKOUT
from rehearsal.lab import changes, expect, expect_success
from rehearsal.main.edge import Edge
from stacks.credential_table import Credential, credential_table

KILLED_AT = Step.TAKE_OUT
AFTER_ONE = {"current": 2, "kept": []}
"""Numbers of a credential that was renewed once."""


def check_needed(edge: Edge) -> None:
    """Prove that `./factory doctor` finds nothing wrong with what the rehearsal was given."""
    done = _run(edge, ["doctor", edge.stack.stack, "--json"])
    expect(done.returncode == 0, f"expected every credential to be good, found:\n{done.stdout}{done.stderr}")


def check_renewals(edge: Edge) -> str:
    """Renew a credential of every kind but one: a new one in both homes, and the old one proved dead."""
    *others, _ = {credential.kind: credential for credential in credential_table(edge.settings)}.values()
    for credential in others:
        done = _run(edge, _words(edge, credential))
        expect(done.returncode == 0, f"expected {credential.name} to be renewed, found:\n{done.stderr}")
        _expect_whole(json.loads(done.stdout))
    return f"one of each kind: {', '.join(credential.name for credential in others)}"


def check_killed_renewal(edge: Edge) -> None:
    """Renew the last one: killed on its way and asked for again, it arrives, with no third one."""
    *_, credential = credential_table(edge.settings)
    words = _words(edge, credential)
    with subprocess.Popen(
        _command(edge, words), env=edge.stack.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, cwd=CHECKOUT,
    ) as process:  # fmt: skip
        said = [*iter(lambda: _until_killed(process), "")]
    reached = any(f" {KILLED_AT}:" in line for line in said)
    expect(reached, f"expected the renewal to come to {KILLED_AT}, found:\n{''.join(said)}")
    done = _run(edge, words)
    expect(done.returncode == 0, f"expected the same again to finish the renewal, found:\n{done.stderr}")
    numbers = json.loads(done.stdout)["numbers"]
    expect(numbers == AFTER_ONE, f"expected the second number and no third, found {numbers}")


def check_nothing_left(edge: Edge) -> None:
    """Prove that the numbers in the stack file are what exists."""
    document = edge.stack.run("up", refresh=True)
    expect_success(document)
    expect(
        not changes(document), "expected nothing to change after the renewals, found:\n" + "\n".join(changes(document))
    )


def _until_killed(process: subprocess.Popen[str]) -> str:
    """Return the next line; the one that announces the step is the last that the process says."""
    line = process.stderr.readline() if process.stderr else ""
    if f" {KILLED_AT}:" in line:
        process.send_signal(signal.SIGKILL)
    return line


def _expect_whole(told: dict[str, JsonValue]) -> None:
    numbers, done = told["numbers"], told["done"]
    steps = [one["step"] for one in done if isinstance(one, dict)] if isinstance(done, list) else []
    expect(steps == [*Step], f"expected every step, found {steps}")
    expect(numbers == AFTER_ONE, f"expected the second number alone, found {numbers}")


def _words(edge: Edge, credential: Credential) -> Sequence[str]:
    return ["rotate", credential.name, "--engine", edge.stack.engine, "--yes", "--json"]


def _run(edge: Edge, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(edge, words), env=edge.stack.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False, cwd=CHECKOUT,
    )  # fmt: skip


def _command(edge: Edge, words: Sequence[str]) -> list[str]:
    return [sys.executable, "-P", "-m", "ops", *words, "--cwd", str(edge.stack.folder)]
