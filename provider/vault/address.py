"""Where Vault is, and how to log in there."""

import dataclasses
import ssl

from provider.factory_error import FactoryError


@dataclasses.dataclass(frozen=True, kw_only=True)
class VaultAddress:
    """How to reach a Vault; neither token nor JWT is ever part of it."""

    url: str
    """Address, for example `https://vault.example`; the token only travels encrypted."""
    ca: str | None = None
    """Certificates to trust, as PEM text; `None` means those of the system."""
    mount: str | None = None
    """Where it takes the token of a workflow, for example `gitea_jwt`."""
    role: str | None = None
    """Role to log in with there."""

    def __post_init__(self) -> None:
        """Refuse what would send the token unencrypted."""
        if not self.url.startswith("https://"):
            raise FactoryError(f"vault_url: expected an address such as https://vault.example, found {self.url}")

    def trust(self) -> ssl.SSLContext:
        """Return whom to trust."""
        try:
            return ssl.create_default_context(cadata=self.ca)
        except (ssl.SSLError, ValueError) as error:
            raise FactoryError(f"vault_ca: expected certificates as PEM text, found something else: {error}") from error
