"""Where Gitea is."""

import dataclasses
import os
import ssl

from provider.factory_error import FactoryError

TOKEN_VARIABLE = "GITEA_TOKEN"  # noqa: S105 - the name of the variable, not its content


@dataclasses.dataclass(frozen=True, kw_only=True)
class GiteaAddress:
    """How to reach a Gitea; the token is never part of it."""

    url: str
    """Address of its first page, for example `https://gitea.example`; the token only travels encrypted."""
    ca: str | None = None
    """Certificates to trust, as PEM text; `None` means those of the system."""
    variable: str = TOKEN_VARIABLE
    """Environment variable with the token."""

    def __post_init__(self) -> None:
        """Refuse what would send the token unencrypted."""
        if not self.url.startswith("https://"):
            raise FactoryError(f"gitea_url: expected an address such as https://gitea.example, found {self.url}")

    def trust(self) -> ssl.SSLContext:
        """Return whom to trust."""
        try:
            return ssl.create_default_context(cadata=self.ca)
        except (ssl.SSLError, ValueError) as error:
            raise FactoryError(f"gitea_ca: expected certificates as PEM text, found something else: {error}") from error

    def token(self) -> str:
        """Return the token, which is asked for at the last moment and kept nowhere."""
        token = os.environ.get(self.variable, "").strip()
        if not token:
            raise FactoryError(
                f"{self.variable} is not set. Expected a token of an administrator at {self.url}; "
                f"export {self.variable} before the run"
            )
        return token
