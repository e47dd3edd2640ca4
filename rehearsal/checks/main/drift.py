"""Changes of the edge by hand are shown, named and repaired."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from pydantic import JsonValue

from ops.official.event_log import Document, Step
from rehearsal.check_list import CheckFailedError
from rehearsal.checks.main.drift_items import CONNECTION, USERS
from rehearsal.checks.main.edge_drift import EdgeDrift
from rehearsal.checks.main.vault_objects import vault_objects
from rehearsal.lab import QUIET, changes, expect, expect_success
from rehearsal.main.edge import Edge
from stacks.app import App

NamedCheck = tuple[str, Callable[[Edge], None]]


class EdgeDriftRound:
    """All changes at once; each has an object to itself, so that one must not hide another."""

    def __init__(self, drifts: Sequence[EdgeDrift]) -> None:
        """Do *drifts* in one round; those that no resource shows are done with the others, and must not be shown."""
        self._drifts = drifts
        self._before: Mapping[str, JsonValue] = {}
        self._shown: Document | None = None
        self._planned: Document | None = None

    def checks(self) -> Iterator[NamedCheck]:
        """Return the round's checks in order: what shows it, what repairs it, then each change."""
        yield "main drift: refresh goes on to the end", self._check_shown
        for drift in self._drifts:
            if drift.by_use is not None:
                yield f"main drift, by use: {drift.name}", self._by_use(drift, drift.by_use)
        yield "main drift: repaired by one run of the stack's own workflow", self._check_repaired
        for drift in self._drifts:
            yield f"main drift{'' if drift.watched else ', not watched'}: {drift.name}", self._each(drift)

    def app_of(self, edge: Edge, drift: EdgeDrift) -> App:
        """Return the application that *drift* happens to: another one for each change of a type."""
        without = edge.settings.without_database if drift.shown_by in {CONNECTION, USERS} else ()
        # One repository has one role and one policy, for all its environments.
        apps = [*{app.name: app for app in edge.settings.apps if app.instance not in without}.values()]
        alike = [each for each in self._drifts if each.shown_by == drift.shown_by and each.of_application]
        place = alike.index(drift) if drift.of_application else 0
        expect(place < len(apps), f"expected more than {place} applications for {drift.shown_by}, found {len(apps)}")
        return apps[place]

    def _check_shown(self, edge: Edge) -> None:
        self._before = vault_objects(edge)
        for drift in self._drifts:
            drift.change(edge, self.app_of(edge, drift))
        self._shown = edge.stack.run("refresh", preview_only=True)
        self._planned = edge.stack.run("preview", refresh=True)
        expect_success(self._shown)
        expect_success(self._planned)

    def _check_repaired(self, edge: Edge) -> None:
        for drift in self._drifts:
            if drift.undo is not None:
                drift.undo(edge, self.app_of(edge, drift), self._before)
        expect_success(edge.own_workflow().run("up", refresh=True))
        document = edge.stack.run("preview", refresh=True)
        expect_success(document)
        left = changes(document)
        expect(not left, "expected nothing left to repair, found:\n" + "\n".join(left))
        after = vault_objects(edge)
        wrong = sorted(path for path in self._before.keys() | after.keys() if self._before.get(path) != after.get(path))
        expect(not wrong, f"expected Vault as before, found otherwise: {', '.join(wrong)}")

    def _by_use(self, drift: EdgeDrift, check: Callable[[Edge, App], None]) -> Callable[[Edge], None]:
        def by_use(edge: Edge) -> None:
            told = ""
            try:
                check(edge, self.app_of(edge, drift))
            except CheckFailedError as failure:
                told = str(failure)
            expect(
                drift.says in told and told,
                f"expected {drift.instead} to show: {drift.name}; found it say: {told or 'nothing'}",
            )

        return by_use

    def _each(self, drift: EdgeDrift) -> Callable[[Edge], None]:
        def check(edge: Edge) -> None:
            app = self.app_of(edge, drift)
            for verb, document, words in (
                ("refresh", self._shown, ()),
                ("preview --refresh", self._planned, drift.path),
            ):
                steps = [
                    step
                    for step in (document.steps if document else [])
                    if _is_about(step, drift, drift.resource_of(edge, app))
                ]
                shown = any(_holds(step, words) for step in steps)
                all_shown = "\n".join(changes(document) if document else []) or "no change"
                expect(
                    shown == drift.watched,
                    f"expected `{verb}` to show {' '.join(words) or 'a change'} of {drift.resource_of(edge, app)} "
                    f"({drift.shown_by}), found:\n{all_shown}"
                    if drift.watched
                    else f"expected {drift.resource_of(edge, app)} ({drift.shown_by}) to be blind for this, found it "
                    "shown: take it from the table of what is not watched",
                )

        return check


def _is_about(step: Step, drift: EdgeDrift, resource: str) -> bool:
    return step.op not in QUIET and step.type == drift.shown_by and step.urn.rpartition("::")[2] == resource


def _holds(step: Step, words: Sequence[str]) -> bool:
    return not words or any(all(word in path for word in words) for path in step.diff)
