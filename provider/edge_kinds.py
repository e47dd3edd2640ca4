"""The resource types of the systems around the machines, as far as those are named."""

from provider.resource_kind import ResourceKind
from provider.values import Properties


def edge_kinds(given: Properties) -> dict[str, ResourceKind]:
    """Return each type by its token; nothing is contacted yet."""
    kinds: dict[str, ResourceKind] = {}
    if "gitea_url" in given:
        # The HTTP library takes a third of a second to load, which only those who need it wait for.
        from provider.gitea.address import GiteaAddress  # noqa: PLC0415 - the reason is above
        from provider.gitea.api import GiteaApi  # noqa: PLC0415 - the same
        from provider.gitea_kinds.kinds import gitea_kinds  # noqa: PLC0415 - the same

        kinds |= gitea_kinds(GiteaApi(GiteaAddress(url=str(given["gitea_url"]), ca=_text(given, "gitea_ca"))))
    if "vault_url" in given:
        from provider.vault.address import VaultAddress  # noqa: PLC0415 - the same
        from provider.vault.session import VaultSession  # noqa: PLC0415 - the same
        from provider.vault_kinds.kinds import vault_kinds  # noqa: PLC0415 - the same

        kinds |= vault_kinds(
            VaultSession(
                VaultAddress(
                    url=str(given["vault_url"]),
                    ca=_text(given, "vault_ca"),
                    mount=_text(given, "vault_mount"),
                    role=_text(given, "vault_role"),
                )
            )
        )
    if "cloudflare_api" in given:
        from provider.cloudflare.api import CloudflareApi  # noqa: PLC0415 - the same
        from provider.cloudflare.kinds import cloudflare_kinds  # noqa: PLC0415 - the same

        kinds |= cloudflare_kinds(CloudflareApi(str(given["cloudflare_api"])))
    if "google_api" in given:
        from provider.google.api import GoogleApi  # noqa: PLC0415 - the same
        from provider.google.kinds import google_kinds  # noqa: PLC0415 - the same

        kinds |= google_kinds(GoogleApi(str(given["google_api"])))
    if "ovh_api" in given:
        from provider.ovh.api import OvhApi  # noqa: PLC0415 - the same
        from provider.ovh.kinds import ovh_kinds  # noqa: PLC0415 - the same

        kinds |= ovh_kinds(OvhApi(str(given["ovh_api"])))
    return kinds


def _text(given: Properties, key: str) -> str | None:
    value = given.get(key)
    return value if isinstance(value, str) else None
