"""As whom the gate writes on the forge."""

import pytest

from ops.gate.forge import forge


@pytest.mark.parametrize(("writer", "found"), [("of the writer", "of the writer"), ("", "of the stacks")])
def test_one_user_writes_plans(monkeypatch: pytest.MonkeyPatch, writer: str, found: str) -> None:
    """The token of the user who writes is apart from the one that the stacks work with."""
    monkeypatch.setenv("FORGE_TOKEN", writer)
    monkeypatch.setenv("GITEA_TOKEN", "of the stacks")
    environment = {"GITHUB_SERVER_URL": "https://forge.test", "FORGE_TOKEN": writer}

    assert forge(environment).address.token() == found
