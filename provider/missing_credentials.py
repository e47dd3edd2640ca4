"""Name the credentials that the environment lacks, before anything is contacted."""

from collections.abc import Iterator, Mapping

from provider.gitea.address import TOKEN_VARIABLE
from provider.values import Properties

VAULT_TOKEN = "VAULT_TOKEN"  # noqa: S105 - the name of the variable, not its content
VAULT_JWT = "TERRAFORM_VAULT_AUTH_JWT"
NEEDED: Mapping[str, Mapping[str, str]] = {
    "gitea_url": {TOKEN_VARIABLE: "a token of an administrator"},
    "cloudflare_api": {"CLOUDFLARE_API_TOKEN": "a token that may make tokens"},
    "google_api": {"GOOGLE_CREDENTIALS": "the key of a service account, as JSON text,"},
    "ovh_api": {
        "OVH_APPLICATION_KEY": "the key of an application",
        "OVH_APPLICATION_SECRET": "the secret of that application",
        "OVH_CONSUMER_KEY": "the consumer key that was validated for that application",
    },
}
"""Address of a system → variable → what it holds."""


def missing_credentials(given: Properties, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield what is missing for the systems that are *given*: the variable, and what it is for."""
    for key, variables in NEEDED.items():
        for variable, meaning in variables.items():
            if key in given and not environment.get(variable, "").strip():
                yield _missing(variable, meaning, key=key, address=given[key])
    if "vault_url" in given and not environment.get(VAULT_TOKEN, "").strip():
        address = given["vault_url"]
        if "vault_role" not in given:
            yield _missing(VAULT_TOKEN, "a token", key="vault_url", address=address)
        elif not environment.get(VAULT_JWT, "").strip():
            meaning = f"the token of a workflow for the role {given['vault_role']} (or {VAULT_TOKEN})"
            yield _missing(VAULT_JWT, meaning, key="vault_url", address=address)


def _missing(variable: str, meaning: str, *, key: str, address: object) -> str:
    area = key.partition("_")[0]
    return (
        f"{variable} is not set. Expected {meaning} at {address}, for the resources factory:{area}:*; "
        f"export {variable} before the run"
    )
