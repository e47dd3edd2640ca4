"""The round of changes by hand, with changes that are not what its table says."""

import pytest

from rehearsal.check_list import CheckFailedError
from rehearsal.checks.main.by_hand import unlimited, written
from rehearsal.checks.main.drift import EdgeDriftRound
from rehearsal.checks.main.drift_items import EVERYTHING, MOUNT, POLICY
from rehearsal.checks.main.edge_drift import EdgeDrift
from rehearsal.main.edge import Edge

pytestmark = pytest.mark.slow

UNSEEN = EdgeDrift(
    name="a lifetime", shown_by=MOUNT, resource="kvv2",
    change=written("sys/mounts/kvv2/tune", {"max_lease_ttl": "1h"}, over=False),
)  # fmt: skip
SEEN = EdgeDrift(
    name="a policy", shown_by=POLICY, resource="gitea_cicd",
    change=written("sys/policies/acl/gitea_cicd", {"policy": EVERYTHING}, over=False),
    instead="nothing", by_use=lambda _edge, _app: None, says="never said",
)  # fmt: skip


def test_wrong_table_is_noticed(edge: Edge) -> None:
    """What is not shown, shown though it must not be, not seen by use, and not put back: each fails its check."""
    checks = dict(EdgeDriftRound([UNSEEN, SEEN]).checks())

    checks["main drift: refresh goes on to the end"](edge)
    with pytest.raises(CheckFailedError, match="expected nothing to show: a policy; found it say: nothing"):
        checks["main drift, by use: a policy"](edge)
    with pytest.raises(CheckFailedError, match="expected Vault as before, found otherwise: sys/mounts/kvv2"):
        checks["main drift: repaired by one run of the stack's own workflow"](edge)
    with pytest.raises(CheckFailedError, match=r"expected `refresh` to show a change of kvv2 "):
        checks["main drift: a lifetime"](edge)
    with pytest.raises(CheckFailedError, match=r"expected gitea_cicd .* to be blind for this, found it shown"):
        checks["main drift, not watched: a policy"](edge)

    unlimited(edge, edge.settings.apps[0], {})
