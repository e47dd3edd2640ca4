"""Changes by hand are shown, named and repaired."""

from collections.abc import Callable, Iterator, Sequence

from ops.official.event_log import Document, Step
from rehearsal.access import read_access, read_memberships
from rehearsal.checks.drift_items import Drift
from rehearsal.lab import EDITOR, QUIET, Lab, changes, expect, expect_success
from stacks.app import App

NamedCheck = tuple[str, Callable[[Lab], None]]


class DriftRound:
    """Several changes at once, spread over the applications, so that one must not hide another."""

    def __init__(self, title: str, drifts: Sequence[Drift]) -> None:
        """Do *drifts* in one round called *title*."""
        self.title = title
        self._drifts = drifts
        self._shown: Document | None = None
        self._planned: Document | None = None

    def checks(self) -> Iterator[NamedCheck]:
        """Return the round's checks in order: what shows it, what repairs it, then each change."""
        yield f"drift, {self.title}: refresh goes on to the end", self._check_shown
        yield f"drift, {self.title}: repaired by one run", self._check_repaired
        for drift in self._drifts:
            yield f"drift: {drift.name}", self._each(drift)

    def _app(self, lab: Lab, drift: Drift) -> tuple[App, App]:
        """Return the application that *drift* happens to, and another; the canary keeps its data."""
        apps = lab.neighbours
        expect(len(apps) > 1, f"expected at least two applications besides the canary, found {len(apps)}")
        place = self._drifts.index(drift) % len(apps)
        return apps[place], apps[place - 1]

    def _check_shown(self, lab: Lab) -> None:
        for drift in self._drifts:
            drift.change(lab, *self._app(lab, drift))
        self._shown = lab.stack.run("refresh", preview_only=True)
        self._planned = lab.stack.run("preview", refresh=True)
        expect_success(self._shown)
        expect_success(self._planned)

    def _check_repaired(self, lab: Lab) -> None:
        expect_success(lab.stack.run("up", refresh=True))
        document = lab.stack.run("preview", refresh=True)
        expect_success(document)
        left = changes(document)
        expect(not left, "expected nothing left to repair, found:\n" + "\n".join(left))

    def _each(self, drift: Drift) -> Callable[[Lab], None]:
        def check(lab: Lab) -> None:
            app, other = self._app(lab, drift)
            words = [word.format(other=other.owner_role, looker=lab.settings.pgbouncer_user) for word in drift.path]
            for verb, document, path in (("refresh", self._shown, []), ("preview --refresh", self._planned, words)):
                steps = document.steps if document else []
                fitting = [step for step in steps if _is_about(lab, step, drift, app)]
                expect(
                    any(_holds(step, path) for step in fitting),
                    f"expected `{verb}` to show {' '.join(path) or 'a change'} of the {drift.shown_by} of "
                    f"{app.instance}, found:\n" + ("\n".join(changes(document) if document else []) or "no change"),
                )
            _expect_as_before(lab, app)

        return check


def _is_about(lab: Lab, step: Step, drift: Drift, app: App) -> bool:
    return step.op not in QUIET and step.type == drift.shown_by and lab.app_of(step) == app


def _holds(step: Step, words: Sequence[str]) -> bool:
    return not words or any(all(word in path for word in words) for path in step.diff)


def _expect_as_before(lab: Lab, app: App) -> None:
    """Fail the running check unless PostgreSQL itself says that everything is as after the first run."""
    before, after = lab.access.get(app.database), read_access(lab.server, app.database)
    expect(after == before, f"expected {app.database} repaired, found\n{after}\ninstead of\n{before}")
    members = read_memberships(lab.server, EDITOR)
    expect(members == lab.memberships, f"expected {EDITOR} a member of {lab.memberships}, found {members}")
    with lab.server.connect() as connection:
        row = connection.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [app.owner_role]).fetchone()
    expect(row == (False,), f"expected {app.owner_role} without login, found {row}")
