"""Whether a run of a workflow has ended, by what the forge says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from ops.gate.refused_error import RefusedError
from provider.gitea.api import GiteaApi

ENDED = "completed"


@dataclass(frozen=True, kw_only=True)
class EndedRun:
    """A run that is over."""

    name: str
    """Repository and number."""
    began: datetime
    """When it began."""
    ended: datetime
    """When it ended."""

    @classmethod
    def asked(cls, api: GiteaApi, repository: str, number: int) -> Self:
        """Ask the forge for the run with this *number*, the one in its address.

        Raises:
            RefusedError: there is none, or it is at work.

        """
        name = f"{repository}, run {number}"
        found = api.find(f"/repos/{repository}/actions/runs/{number}", inside=f"/repos/{repository}")
        if found is None:
            raise RefusedError(f"{name}: the forge knows no such run. Its number stands in its address")
        if found.get("status") != ENDED:
            raise RefusedError(f"{name}: it is {found.get('status')}. Wait for it, or cancel it on the forge")
        began, ended = (datetime.fromisoformat(str(found[key])) for key in ("started_at", "completed_at"))
        return cls(name=name, began=began, ended=ended)

    def require_at_work(self, moment: str) -> None:
        """Refuse a lock that was not taken at a *moment* of this run.

        Raises:
            RefusedError: this run cannot have taken it.

        """
        try:
            taken = datetime.fromisoformat(moment)
        except ValueError:
            raise RefusedError(f"the lock does not say when it was taken: {moment[:40]}") from None
        if taken.tzinfo is None or not self.began <= taken <= self.ended:
            raise RefusedError(
                f"{self.name} was at work from {self.began.isoformat()} to {self.ended.isoformat()}, and the lock was "
                f"taken at {moment}: it is another run's"
            )
