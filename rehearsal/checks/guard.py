"""Production is out of reach of a rehearsal."""

from rehearsal.lab import Lab, expect
from rehearsal.stack_files import STACK, production_settings, write_stack_files
from rehearsal.stack_runner import StackError, StackRunner

REFUSAL = "is production"


def check_guard(lab: Lab) -> None:
    """Prove that the unchanged production settings are refused before anything is contacted."""
    folder = lab.folder / "guard"
    folder.mkdir()
    write_stack_files(folder, program=lab.program, stack=STACK, settings=production_settings(lab.program), plugins={})
    runner = StackRunner(
        folder, stack=STACK, engine=lab.stack.engine, checkout=lab.stack.checkout,
        secrets_of_providers={"PGPASSWORD": lab.server.password},
    )  # fmt: skip
    # A preview contacts nothing by itself, so that even without the guard this check could not touch production.
    try:
        document = runner.run("preview")
    except StackError as error:
        said = str(error)
    else:
        expect(document.result == "failed", "expected a preview of production to be refused, found that it ran")
        said = "\n".join(each.message for each in document.diagnostics)
    expect(REFUSAL in said, f"expected the preview to say that the address {REFUSAL}, found:\n{said}")
    expect("Nothing was contacted" in said, f"expected the preview to contact nothing, found:\n{said}")
