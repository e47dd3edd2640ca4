"""The checks of published credentials, after one home was spoiled."""

import pytest

from rehearsal.check_list import CheckFailedError
from rehearsal.checks.main.forge_by_hand import published_path, secret_gone
from rehearsal.checks.main.published import check_homes, check_pair
from rehearsal.lab import expect_success
from rehearsal.main.edge import Edge

pytestmark = pytest.mark.slow


def test_spoiled_homes_are_noticed(edge: Edge) -> None:
    """A secret of Actions that is gone, a field too few in Vault, and a token that is switched off are named."""
    check_homes(edge)
    check_pair(edge)
    app = edge.settings.apps[0]
    path = published_path(edge, "ovh")
    token = next(token for token in edge.clouds.cloudflare.state.tokens.values() if "-r2-" in token.name)

    token.status = "disabled"
    with pytest.raises(CheckFailedError, match="expected R2 to take a signed object, it says 40"):
        check_pair(edge)
    secret_gone("ssh", "private_key", again=False)(edge, app)
    with pytest.raises(CheckFailedError, match="to have the secrets TERRAFORM_SSH_KEY, found none"):
        check_homes(edge)
    with edge.as_root() as client:
        client.put(path, json={"client_id": "half"}).raise_for_status()
    with pytest.raises(CheckFailedError, match=r"to have \['client_id', 'client_secret'\], found \['client_id'\]"):
        check_homes(edge)

    expect_success(edge.stack.run("up", refresh=True))
    check_homes(edge)
    check_pair(edge)
