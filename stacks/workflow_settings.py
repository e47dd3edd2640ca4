"""How workflows say who they are, as the file of the stack `main` says it."""

from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from components.workflow_tokens import WorkflowTokens
from stacks.faults import RefusedSettingsError
from stacks.model import Expect, Model

Text = Annotated[str, StringConstraints(min_length=1)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s'\"/]+(/[^\s'\"]*)?$")]
Pem = Annotated[str, StringConstraints(pattern=r"^-----BEGIN [A-Z ]+-----\n")]


class Tokens(Model):
    """The tokens of workflows: who signs them, and what in them names the repository."""

    issuer: Annotated[Url, Expect(sentence="a URL", example="issuer: https://gitea.arcodange.lab")]
    """Issuer, as the tokens name it."""
    audience: Annotated[Text, Expect(sentence="an audience", example="audience: vault")]
    """Audience that they are made for."""
    repository_claim: Annotated[Text, Expect(sentence="a claim", example="repository_claim: repository")] = "repository"
    """Claim with the repository, or with the user that the repository has for itself."""
    repository_user: Annotated[Text | None, Expect(sentence="a user", example="repository_user: ci-{name}")] = None
    """Where the tokens name no repository: its own user or team, as `ci-{name}` or `{org}:ci-{name}`."""
    discovery_url: Annotated[Url | None, Expect(sentence="a URL", example="discovery_url: https://…")] = None
    """Where the issuer publishes its keys; either this or public keys."""
    public_keys: Annotated[
        tuple[Annotated[Pem, Expect(sentence="a PEM text", example="-----BEGIN PUBLIC KEY-----…")], ...] | None,
        Expect(sentence="a list of PEM texts", example="public_keys: [-----BEGIN PUBLIC KEY-----…]"),
    ] = None
    """Keys of the issuer."""

    def trusted(self, *, authority: str) -> WorkflowTokens:
        """Return what Vault is told of them; *authority* is the one behind the issuer's own certificate."""
        return WorkflowTokens(
            issuer=self.issuer,
            audience=self.audience,
            repository_claim=self.repository_claim,
            repository_user=self.repository_user,
            discovery_url=self.discovery_url,
            discovery_ca=authority if self.discovery_url else None,
            public_keys=None if self.public_keys is None else [*self.public_keys],
        )

    @model_validator(mode="after")
    def _means_somebody(self) -> Self:
        try:
            self.trusted(authority="")
        except ValueError as fault:
            raise RefusedSettingsError([f"settings.tokens: {fault}"]) from None
        return self
