"""What a double of OVH knows."""

import dataclasses

from pydantic import JsonValue


@dataclasses.dataclass(kw_only=True)
class Client:
    """An OAuth2 client."""

    name: str
    """Name, which others may have as well."""
    description: str
    """What it is for."""
    flow: str
    """How it logs in."""
    callback_urls: list[str]
    """Where a login may lead to."""
    secret: str
    """Its secret, told once."""
    created: str
    """When it was made."""


@dataclasses.dataclass(kw_only=True)
class Domain:
    """A domain of the account."""

    name_servers: list[str]
    """Hosts of its name servers."""
    edits: int = 0
    """How often they were changed."""


@dataclasses.dataclass(kw_only=True)
class OvhState:
    """One account, the application that works on it, and all that they made."""

    account: str
    """Its customer code."""
    application_key: str
    """Key of the application."""
    application_secret: str
    """Secret of the application."""
    consumer_key: str
    """Key that the account's owner validated for the application."""
    domains: dict[str, Domain]
    """Name → domain."""
    clients: dict[str, Client] = dataclasses.field(default_factory=dict)
    """Id → client."""
    policies: dict[str, dict[str, JsonValue]] = dataclasses.field(default_factory=dict)
    """Id → policy, as the API shows it."""
    tokens: dict[str, str] = dataclasses.field(default_factory=dict)
    """Token of a login → id of its client."""

    def identity(self, client_id: str) -> str:
        """Return how policies name a client."""
        return f"urn:v1:eu:identity:credential:{self.account}/oauth2-{client_id}"

    def owner(self) -> str:
        """Return how policies name the account."""
        return f"urn:v1:eu:identity:account:{self.account}"
