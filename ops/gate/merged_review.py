"""What was reviewed on the pull request whose merge is applied."""

import dataclasses
import os

from ops.gate.forge import COMMIT, REPOSITORY, forge
from ops.gate.keyed_hash import KeyedHash
from ops.gate.publish import REVIEWERS
from ops.gate.pull_request import PullRequest
from ops.gate.refused_error import RefusedError
from ops.gate.seal import reviewed_digest
from ops.gate.waivers import waivers


@dataclasses.dataclass(frozen=True, kw_only=True)
class MergedReview:
    """A review that ended with a merge."""

    review: str
    """Pull request."""
    digest: str
    """Digest of the plan that was shown there."""
    allowed: frozenset[tuple[str, str]]
    """Waivers, type and name."""


def merged_review(project: str, stack: str) -> MergedReview:
    """Return the review of the commit that the workflow is about.

    Raises:
        RefusedError: there is none, or its comment was edited.

    """
    repository, commit = (os.environ.get(name, "") for name in (REPOSITORY, COMMIT))
    if not (repository and commit):
        raise RefusedError(f"expected --reviewed DIGEST, or {REPOSITORY} and {COMMIT} as a workflow has them")
    request = PullRequest.merged_as(forge(), repository, commit)
    digest = reviewed_digest(request.comment(stack), review=request.name, hashes=KeyedHash.of_stack(project, stack))
    allowed = waivers(request.texts(), reviewers=os.environ.get(REVIEWERS, "").split())
    return MergedReview(review=request.name, digest=digest, allowed=allowed)
