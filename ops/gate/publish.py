"""Write a plan on its pull request."""

import os

from ops.gate.comment import comment
from ops.gate.findings import findings
from ops.gate.forge import forge, run_address
from ops.gate.keyed_hash import KeyedHash
from ops.gate.plan import Plan
from ops.gate.pull_request import PullRequest
from ops.gate.seal import sealed
from ops.gate.waivers import waivers

REVIEWERS = "FACTORY_REVIEWERS"
"""Variable with the users who may waive a rule, separated by blanks; set it in the workflow's file on main."""


def publish(plan: Plan) -> None:
    """Write *plan* on the pull request that it names, over the one that is there.

    Raises:
        RefusedError, FactoryError: it names none, or the forge does not take it.

    """
    request = PullRequest.named(forge(), plan.review)
    allowed = waivers(request.texts(), reviewers=os.environ.get(REVIEWERS, "").split())
    text = comment(plan, against=findings(plan, allowed=allowed), run=run_address())
    hashes = KeyedHash.of_stack(plan.project, plan.stack)
    request.put_comment(sealed(text, review=plan.review, hashes=hashes), stack=plan.stack)
