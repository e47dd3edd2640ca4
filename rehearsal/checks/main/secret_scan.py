"""No credential that was made in this run stands outside its homes."""

from collections.abc import Iterator, Sequence

from rehearsal.check_list import CheckResult
from rehearsal.checks.main.made_credentials import PASSPHRASE, made_credentials
from rehearsal.lab import expect, expect_success
from rehearsal.main.edge import Edge
from rehearsal.process_watch import ProcessWatch, SeenProcess
from rehearsal.secret_search import SecretSearch

SUPERUSER = "PGPASSWORD"


def check_files(edge: Edge) -> str:
    """Prove it for the states with history and backups, the stack files, every log, and what the engine said."""
    credentials = made_credentials(edge)
    search = SecretSearch(credentials)
    places = dict(_written(edge))
    faults = [f"{name}: {', '.join(found)}" for name, content in places.items() if (found := search.found_in(content))]
    expect(not faults, "expected no credential outside its homes, found\n" + "\n".join(faults))
    return f"{len(credentials)} credentials, each in every way of writing it, in {len(places)} files and documents"


def check_processes(edge: Edge) -> str:
    """Prove it for the command lines of everything that runs during a run; an environment has what it must have."""
    with ProcessWatch() as watch:
        document = edge.stack.run("preview")
    expect_success(document)
    expect_no_secret_in(edge, watch.seen)
    return f"{len(watch.seen)} processes"


def check_error(edge: Edge) -> None:
    """Prove that a run which a server refuses does not say with what it was refused."""
    kind, _, rest = edge.vault.root_token.partition(".")
    wrong = f"{kind}.{rest[::-1]}"
    runner = edge.stack.beside(edge.stack.stack, secrets_of_providers={**edge.secrets, "VAULT_TOKEN": wrong})
    document = runner.run("preview", refresh=True)
    expect(document.result == "failed", "expected a run with a wrong token to fail, it succeeded")
    search = SecretSearch({wrong: "the refused token"})
    said = document.model_dump_json().encode() + (edge.stack.folder / "engine.log").read_bytes()
    expect(not search.found_in(said), "expected an error without the token that was refused, found it there")


def check_report(edge: Edge, results: Sequence[CheckResult]) -> None:
    """Prove it for what the checks so far put into the report."""
    search = SecretSearch(made_credentials(edge))
    for result in results:
        said = f"{result.name}\n{result.message}\n{result.figures}\n{result.not_enforceable}"
        found = search.found_in(said.encode())
        expect(not found, f"expected the report without {', '.join(found)}, found it in what {result.name} said")


def expect_no_secret_in(edge: Edge, seen: set[SeenProcess]) -> None:
    """Fail the running check when a process of *seen* shows a credential, or when none was seen that needs one."""
    search = SecretSearch(made_credentials(edge))
    allowed = {*edge.secrets, SUPERUSER, PASSPHRASE}
    faults: set[str] = set()
    homes: set[str] = set()
    for process in seen:
        faults |= {f"{process.name}: its arguments show {name}" for name in search.found_in(process.command)}
        for variable in process.environment:
            name = variable.partition(b"=")[0].decode(errors="replace")
            found = search.found_in(variable)
            homes |= {name} if found and name in allowed else set()
            faults |= {f"{process.name}: {name} holds {each}" for each in found if name not in allowed}
    expect(not faults, "expected no credential in processes, found\n" + "\n".join(sorted(faults)))
    # Who sees no provider at work has looked at the wrong processes, or too late.
    missing = sorted({*edge.secrets} - homes)
    expect(not missing, f"expected to see the processes that have {', '.join(missing)}, found none")


def _written(edge: Edge) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of everything that is written outside the homes of credentials."""
    folders = {edge.stack.folder: "*", edge.lab.folder: "*/*.log"}
    for folder, pattern in folders.items():
        for path in sorted(path for path in folder.rglob(pattern) if path.is_file() and not path.is_symlink()):
            yield str(path.relative_to(edge.lab.folder)), path.read_bytes()
    for stack, runs in {"postgres": edge.lab.runs, "main": edge.runs}.items():
        for name, document in runs.items():
            yield f"what the engine said of {stack}, {name}", document.model_dump_json().encode()
