"""What is said when Vault refuses."""

import httpx

from provider.vault_seal.refused_error import refused

ASKED = httpx.Request("PUT", "https://vault.example/v1/sys/unseal")


def test_share_is_masked() -> None:
    """Whatever Vault repeats of a request, a share is not shown."""
    answer = httpx.Response(400, json={"errors": ["bad key c2hhcmU="]}, request=ASKED)

    assert str(refused(answer, ["c2hhcmU=", ""])) == "Vault answered 400 to PUT /v1/sys/unseal: bad key [secret]"


def test_page_of_a_proxy_is_no_answer_of_vault() -> None:
    """When Vault does not run, what stands before it answers with a page: that is said, the page is not shown."""
    answer = httpx.Response(503, text="<html>no server is available</html>", request=ASKED)

    assert str(refused(answer, [])) == (
        "Vault answered 503 to PUT /v1/sys/unseal: Service Unavailable, and not in Vault's way: something that stands "
        "before Vault says so"
    )
