"""What the checks of one rehearsal work with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ops.official.event_log import Document, Step
from rehearsal.access import DatabaseAccess
from rehearsal.check_list import CheckFailedError
from rehearsal.part import FoundPart
from rehearsal.servers.contract import DatabaseServer, Pooler
from rehearsal.stack_runner import StackRunner
from stacks.app import App
from stacks.settings import PostgresSettings

CANARY = "canary"
EDITOR = "credentials_editor"
QUIET = ("same", "refresh", "read")


@dataclass(kw_only=True)
class Lab:
    """Running servers, one stack, and what was seen so far."""

    folder: Path
    """The rehearsal's own folder."""
    program: Path
    """The checkout whose program is rehearsed."""
    server: DatabaseServer
    """PostgreSQL."""
    bouncer: Pooler
    """PgBouncer before it."""
    stack: StackRunner
    """The stack `postgres`."""
    settings: PostgresSettings
    """Its settings."""
    intended: PostgresSettings
    """The settings of production."""
    plugins: Mapping[str, FoundPart]
    """What stood for each official provider."""
    runs: dict[str, Document] = field(default_factory=dict)
    """`first` and `second` → what the engine did."""
    access: dict[str, DatabaseAccess | None] = field(default_factory=dict)
    """Database → its rights as they were after the first run."""
    memberships: tuple[str, ...] = ()
    """What `credentials_editor` was a member of after the first run."""

    @property
    def canary(self) -> App:
        """The application that exists to be tried out."""
        for app in self.settings.apps:
            if app.instance == CANARY:
                return app
        known = ", ".join(app.instance for app in self.settings.apps)
        raise CheckFailedError(f"expected an application {CANARY} in the settings, found {known}")

    @property
    def neighbours(self) -> Sequence[App]:
        """The other applications."""
        return [app for app in self.settings.apps if app.instance != CANARY]

    def app_of(self, step: Step) -> App | None:
        """Return the application whose resource *step* is about: the longest name that the resource's holds."""
        name = step.urn.rsplit("::", 1)[-1]
        fitting = [app for app in self.settings.apps if app.instance in name]
        return max(fitting, key=lambda app: len(app.instance), default=None)


def expect(condition: object, message: str) -> None:
    """Fail the running check with *message* unless *condition* holds."""
    if not condition:
        raise CheckFailedError(message)


def changes(document: Document) -> list[str]:
    """Return what *document* did or would do, one line per step that is more than looking."""
    return [
        f"{step.op} {step.urn.rsplit('::', 1)[-1]} ({step.type})" + (f": {', '.join(step.diff)}" if step.diff else "")
        for step in document.steps
        if step.op not in QUIET
    ]


def expect_success(document: Document) -> None:
    """Fail the running check when the engine failed, with what it said."""
    said = [f"{each.severity}: {each.message}" for each in document.diagnostics if each.severity == "error"]
    expect(
        document.result == "succeeded",
        f"expected `{document.verb}` to succeed, it failed:\n" + ("\n".join(said) or "(the engine gave no reason)"),
    )
