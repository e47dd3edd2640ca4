"""The pages that the checks of the cluster type."""

from ops.runbook.read_page import PAGES, read_page
from rehearsal.checks.cluster.upgrade_typed import ASKS_A_PUBLISHER
from rehearsal.checks.cluster.upgrade_typed import PAGE as UPGRADE


def test_upgrade_is_typed_but_for_what_asks_a_publisher() -> None:
    """All that is left out asks somebody who cannot be asked in a rehearsal, and it is not all there is."""
    commands = [command.text for command in read_page(PAGES / UPGRADE)]

    assert [text for text in commands if text.startswith(ASKS_A_PUBLISHER)] == [f"{ASKS_A_PUBLISHER} k3s"]
    assert any(text.startswith("./factory up hosts") for text in commands)
