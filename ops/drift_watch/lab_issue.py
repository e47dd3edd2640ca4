"""The one issue on Gitea about drift: written over, closed when clean, opened again when not."""

import dataclasses
from collections.abc import Collection, Sequence
from typing import Literal

from ops.drift_watch.drift_finding import DriftFinding
from ops.drift_watch.issue_text import MARK, issue_text, issue_title
from ops.drift_watch.other_entries import other_entries
from provider.gitea.api import GiteaApi
from provider.http.json_types import Object

Done = Literal["opened", "updated", "closed", "nothing"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class LabIssue:
    """The issue of one repository."""

    api: GiteaApi
    """Gitea, as the user who writes it."""
    repository: str
    """`org/name`."""

    def show(self, findings: Sequence[DriftFinding], *, asked: Collection[str], now: str, run: str = "") -> Done:
        """Make the issue say *findings*; without any, close it, and make none where there is none.

        What it says about other stacks than those *asked* stays, and keeps it open.
        """
        there = self._there()
        if there is None and not findings:
            return "nothing"
        was_open = there is not None and there.get("state") == "open"
        if there is not None and not findings and not was_open:
            return "nothing"
        # What was repaired and comes back is new: its time begins again.
        before = str(there.get("body") or "") if there is not None and was_open else ""
        others = other_entries(before, asked=asked)
        content: dict[str, str] = {
            "title": issue_title(findings, others=others),
            "body": issue_text(findings, now=now, before=before, run=run, others=others),
        }
        if there is None:
            self.api.send("POST", f"/repos/{self.repository}/issues", content)
            return "opened"
        state = "open" if findings or others else "closed"
        self.api.send("PATCH", f"/repos/{self.repository}/issues/{there['number']}", {**content, "state": state})
        if state == "closed":
            return "closed"
        return "updated" if was_open else "opened"

    def _there(self) -> Object | None:
        """Return our issue, the oldest if there are several; one that somebody else wrote with our mark is not ours."""
        me = str((self.api.find("/user") or {}).get("login"))
        listed = self.api.listed(
            f"/repos/{self.repository}/issues", inside=f"/repos/{self.repository}",
            query={"state": "all", "type": "issues", "created_by": me},
        )  # fmt: skip
        ours = [each for each in listed if str(each.get("body")).startswith(MARK)]
        return min(ours, key=lambda each: int(str(each["number"])), default=None)
