"""One wrong character in a name of the canary is noticed; a test tries every character of every name."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import psycopg

from rehearsal.check_list import CheckFailedError
from rehearsal.checks.main.client_names import ClientNames, canary_names
from rehearsal.checks.main.running_application import expect_database_user, expect_service_account
from rehearsal.checks.main.workflow import expect_policies
from rehearsal.lab import expect, expect_success
from rehearsal.main.edge import Edge
from rehearsal.main.mistyped_program import Typo, mistyped_program

SAMPLE: Mapping[str, tuple[int, Callable[[Edge, ClientNames], None]]] = {
    "jwt_role": (3, expect_policies),
    "runtime_policy": (2, expect_service_account),
    "owner_role": (1, expect_database_user),
}
"""Name → which character is wrong, and the check that must say so: each by a way of its own."""


def check_sample(edge: Edge) -> str:
    """Prove that three names with a wrong character, with which a run succeeds, fail the canary's checks."""
    canary = canary_names(edge)
    typos = [Typo(app=canary.name, name=name, place=place) for name, (place, _) in SAMPLE.items()]
    unnoticed = []
    with mistyped(edge, typos):
        expect_success(edge.stack.run("up"))
        for name, (place, check) in SAMPLE.items():
            if not notices(edge, canary, check):
                unnoticed.append(f"{name}, character {place + 1}")
    expect_success(edge.stack.run("up"))
    expect(not unnoticed, f"expected each wrong character to be noticed, found nothing said of {', '.join(unnoticed)}")
    for _, check in SAMPLE.values():
        check(edge, canary)
    return f"{len(typos)} of the names; every character of each is tried by tests/rehearsal/main/test_every_typo.py"


def notices(edge: Edge, app: ClientNames, check: Callable[[Edge, ClientNames], None]) -> bool:
    """Tell whether *check* has something to say."""
    try:
        check(edge, app)
    except (CheckFailedError, psycopg.Error):
        return True
    return False


@contextmanager
def mistyped(edge: Edge, typos: list[Typo]) -> Iterator[None]:
    """Run the program with *typos* while the `with` lasts."""
    program = mistyped_program(edge.lab.program, edge.stack.folder.parent / "mistyped", typos)
    file = edge.stack.folder / "Pulumi.yaml"
    text = file.read_text(encoding="utf-8")
    line = f"main: {edge.lab.program}\n"
    expect(line in text, f"expected {file.name} to say {json.dumps(line)}, found it nowhere")
    file.write_text(text.replace(line, f"main: {program}\n"), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(text, encoding="utf-8")
