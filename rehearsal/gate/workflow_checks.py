"""The checks of the real workflows, done by a runner: a pull request, its comments, its merge."""

import functools
from collections.abc import Callable, Iterator

from rehearsal.check_list import Work
from rehearsal.checks.main.made_credentials import made_credentials
from rehearsal.gate.own_repository import STACKS, OwnRepository
from rehearsal.lab import expect
from rehearsal.secret_search import SecretSearch

APPLICATION, SECOND = "merged", "altered"
Check = Callable[[OwnRepository], str | None]


def workflow_checks(repository: OwnRepository) -> Iterator[tuple[str, Work]]:
    """Return the checks, bound to *repository*."""
    named: tuple[tuple[str, Check], ...] = (
        ("workflows: a pull request gets a plan of each stack, its merge is applied", check_applied),
        ("workflows: a merge whose comment was altered is not applied", check_altered),
        ("workflows: no secret in comments and logs", check_secrets),
    )
    for name, check in named:
        yield name, functools.partial(check, repository)


def check_applied(repository: OwnRepository) -> None:
    """Propose a new application in both lists, merge it, and look for it."""
    number = repository.proposed("more", application=APPLICATION)
    planned = repository.done(repository.head())
    expect(_ended(planned) == {"success"}, f"expected the plans to succeed, found: {planned}")
    _expect_comments(repository, number)
    applied = repository.done(repository.merged(number))
    expect(_ended(applied) == {"success"}, f"expected the merge to be applied, found: {applied}")
    with repository.edge.lab.server.connect() as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [APPLICATION]).fetchone()
    expect(found is not None, f"expected the database {APPLICATION}, found none")
    with repository.edge.as_root() as vault:
        found_role = vault.get(f"postgres/roles/{APPLICATION}").is_success
    expect(found_role, f"expected Vault to make users of {APPLICATION}, found no role")


def check_altered(repository: OwnRepository) -> None:
    """Alter what a comment shows between the plan and the merge."""
    number = repository.proposed("again", application=SECOND)
    planned = repository.done(repository.head())
    expect(_ended(planned) == {"success"}, f"expected the plans to succeed, found: {planned}")
    for comment in repository.call("GET", f"issues/{number}/comments").json():
        body = {"body": str(comment["body"]).replace("to create", "to  create")}
        repository.call("PATCH", f"issues/comments/{comment['id']}", body)
    applied = repository.done(repository.merged(number))
    expect(_ended(applied) == {"failure"}, f"expected the merge to be refused, found: {applied}")
    said = "".join(log for _, log in applied.values())
    expect("was edited, or is of another" in said, f"expected the reason in the log of the run, found: {said}")


def check_secrets(repository: OwnRepository) -> str:
    """Look for each secret where people read."""
    search = SecretSearch(made_credentials(repository.edge))
    texts = [*repository.said, *(text for number in repository.numbers for text in repository.comments(number))]
    found = sorted({name for text in texts for name in search.found_in(text.encode())})
    expect(not found, f"expected no secret, found {', '.join(found)}")
    return f"{len(texts)} texts"


def _ended(jobs: dict[str, tuple[str, str]]) -> set[str]:
    return {how for how, _ in jobs.values()}


def _expect_comments(repository: OwnRepository, number: int) -> None:
    comments = repository.comments(number)
    for stack in STACKS:
        (mine,) = [text for text in comments if f"<!-- factory:plan {stack} -->" in text] or [""]
        expect(f"<code>{APPLICATION}</code>" in mine, f"expected {APPLICATION} in the plan of {stack}, found: {mine}")
    expect(len(comments) == len(STACKS), f"expected one comment for each stack, found {len(comments)}")
