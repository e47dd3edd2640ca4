"""A pull request on Gitea: its comment with the plan, and what reviewers wrote."""

import dataclasses
import re
from typing import Self

from ops.gate.comment import marker
from ops.gate.refused_error import RefusedError
from provider.gitea.api import GiteaApi
from provider.http.json_types import Object

NAME = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)#(?P<number>[1-9][0-9]*)")


@dataclasses.dataclass(frozen=True, kw_only=True)
class PullRequest:
    """One pull request."""

    api: GiteaApi
    """Gitea, as the user who comments."""
    repository: str
    """`org/name`."""
    number: int
    """Its number there."""

    @classmethod
    def named(cls, api: GiteaApi, name: str) -> Self:
        """Return the one called *name*, `org/repository#12`.

        Raises:
            RefusedError: that is no name.

        """
        match = NAME.fullmatch(name)
        if match is None:
            raise RefusedError(f"expected a pull request such as org/repository#12, found {name!r}")
        return cls(api=api, repository=match["repository"], number=int(match["number"]))

    @classmethod
    def merged_as(cls, api: GiteaApi, repository: str, commit: str) -> Self:
        """Return the one whose merge gave *commit*.

        Raises:
            RefusedError: there is none: somebody pushed.

        """
        found = api.find(f"/repos/{repository}/commits/{commit}/pull", inside=f"/repos/{repository}")
        number = None if found is None or not found.get("merged") else found.get("number")
        if not isinstance(number, int):
            raise RefusedError(f"{commit[:12]} came to main without a pull request: there is no reviewed plan of it")
        return cls(api=api, repository=repository, number=number)

    @property
    def name(self) -> str:
        """What a digest calls it."""
        return f"{self.repository}#{self.number}"

    def put_comment(self, text: str, *, stack: str) -> bool:
        """Write the plan of *stack*, over the one that is there; return whether it is the first."""
        there = self._comments(stack)
        if there:
            self.api.send("PATCH", f"/repos/{self.repository}/issues/comments/{there[0]['id']}", {"body": text})
        else:
            self.api.send("POST", f"{self._issue}/comments", {"body": text})
        for other in there[1:]:
            self.api.delete(f"/repos/{self.repository}/issues/comments/{other['id']}")
        return not there

    def comment(self, stack: str) -> str:
        """Return the comment with the plan of *stack*.

        Raises:
            RefusedError: there is not exactly one of ours.

        """
        there = self._comments(stack)
        if len(there) != 1:
            raise RefusedError(
                f"expected one comment with the plan of {stack} on {self.name}, found {len(there)}: "
                "plan again, by a push"
            )
        return str(there[0].get("body"))

    def texts(self) -> list[tuple[str, str]]:
        """Return author and text of the request itself and of each review that approves it."""
        request = self.api.find(f"/repos/{self.repository}/pulls/{self.number}", inside=f"/repos/{self.repository}")
        reviews = self.api.listed(
            f"/repos/{self.repository}/pulls/{self.number}/reviews", inside=f"/repos/{self.repository}"
        )
        approving = [each for each in reviews if each.get("state") == "APPROVED" and not each.get("stale")]
        return [(_author(each), str(each.get("body") or "")) for each in [request or {}, *approving]]

    @property
    def _issue(self) -> str:
        return f"/repos/{self.repository}/issues/{self.number}"

    def _comments(self, stack: str) -> list[Object]:
        """Return our comments on *stack*; one that somebody else wrote with our mark is not ours."""
        me = (self.api.find("/user") or {}).get("login")
        listed = self.api.listed(f"{self._issue}/comments", inside=f"/repos/{self.repository}")
        return [each for each in listed if _author(each) == me and str(each.get("body")).startswith(marker(stack))]


def _author(each: Object) -> str:
    user = each.get("user")
    return str(user.get("login")) if isinstance(user, dict) else ""
