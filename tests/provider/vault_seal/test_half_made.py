"""A Vault that was killed while it was being initialised, by what it says."""

import pytest

from provider.vault_seal.explained import half_made

URL = "https://vault.test"


@pytest.mark.parametrize(
    "said",
    [
        "could not bootstrap clustered storage: error bootstrapping cluster: cluster already has state",
        "barrier reports initialized but no seal configuration found",
    ],
)
def test_half_made_vault_is_explained(said: str) -> None:
    """Both sentences, as a real one said them after a power cut, lead to the page."""
    explanation = half_made(said, url=URL)

    assert explanation is not None
    assert explanation.startswith(f"Vault at {URL} was killed while it was being initialised")
    assert "docs/runbooks/unseal.md" in explanation
    assert explanation.endswith(said)


def test_another_refusal_is_none() -> None:
    """What Vault refuses for another reason is not called half made."""
    assert half_made("Vault answered 400 to PUT /v1/sys/init: invalid seal configuration", url=URL) is None
