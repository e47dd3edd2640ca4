"""Take an existing object into a stack's state."""

import subprocess
from pathlib import Path
from typing import Annotated

import typer

from ops.cli.exit_code import ExitCode
from ops.engines.options import EngineOption, FolderOption, JsonOption, StackName
from ops.gate.chosen_program import chosen_program
from ops.target import ProductionOption, choose_target


def import_(  # noqa: PLR0913  # one parameter for each option
    stack: StackName,
    kind: Annotated[str, typer.Argument(help="Type of the resource.", metavar="TYPE")],
    name: Annotated[str, typer.Argument(help="Name of the resource in the program.")],
    identity: Annotated[str, typer.Argument(help="Id of the object.", metavar="ID")],
    *,
    provider: Annotated[str, typer.Option(help="URN of the provider in the state.", metavar="URN")] = "",
    parent: Annotated[str, typer.Option(help="URN of the parent in the state.", metavar="URN")] = "",
    protect: Annotated[bool, typer.Option(help="Protect it from deletion.")] = True,
    engine: EngineOption = "auto",
    cwd: FolderOption = Path(),
    target: ProductionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take an existing object into a stack's state.

    The program must declare it afterwards; until it does, the next run would delete what is not protected.

    Example: `./factory import postgres postgresql:index/database:Database erp erp`.
    """
    production = choose_target(target)
    program = chosen_program(engine, cwd, production=production, verb="import", stack=stack, quiet=as_json)
    if program is not None:
        raise typer.Exit(
            _official([program, "import", kind, name, identity], stack, cwd, provider, parent, protect=protect)
        )
    from engine.actions import ImportObject  # noqa: PLC0415  # half a second of imports for the embedded engine only
    from ops.engines.embedded import perform  # noqa: PLC0415  # as above

    action = ImportObject(type=kind, name=name, id=identity, provider=provider, parent=parent, protect=protect)
    raise typer.Exit(perform(cwd, stack, verb="import", action=action, as_json=as_json))


def _official(  # noqa: PLR0913  # what the official command line takes
    words: list[str], stack: str, cwd: Path, provider: str, parent: str, *, protect: bool
) -> ExitCode:
    command = [*words, "--stack", stack, "--cwd", str(cwd)]
    command += ["--provider", f"provider={provider}"] if provider else []
    command += ["--parent", f"parent={parent}"] if parent else []
    command += [f"--protect={str(protect).lower()}", "--yes"]
    return ExitCode.NOT_SO if subprocess.run(command, check=False).returncode else ExitCode.DONE
