"""How workflows say who they are, as the file of the stack `main` says it."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import StringConstraints, model_validator

from components.workflow_tokens import WorkflowTokens, planning, user_of
from stacks.cloud_settings import SecretPath
from stacks.faults import RefusedSettingsError
from stacks.model import Expect, Model

if TYPE_CHECKING:
    # Loading it takes a second, which verbs that only read settings need not wait for.
    import pulumi

USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

Text = Annotated[str, StringConstraints(min_length=1)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s'\"/]+(/[^\s'\"]*)?$")]
Pem = Annotated[str, StringConstraints(pattern=r"^-----BEGIN [A-Z ]+-----\n")]


class Accounts(Model):
    """What the stack makes on Gitea so that workflows can say who they are: clients, and a user for each repository."""

    path: Annotated[SecretPath, Expect(sentence="a path of KV", example="path: kvv1/gitea/workflows")]
    """Where Vault keeps them; workflows find them as secrets of their repository."""


class Tokens(Model):
    """The tokens of workflows: who signs them, and what in them names the repository."""

    issuer: Annotated[Url, Expect(sentence="a URL", example="issuer: https://gitea.arcodange.lab")]
    """Issuer, as the tokens name it."""
    audience: Annotated[Text | None, Expect(sentence="an audience", example="audience: vault")] = None
    """Audience that they are made for; without it, the client of the accounts."""
    accounts: Annotated[
        Accounts | None, Expect(sentence="a mapping with a path", example="accounts: {path: kvv1/gitea/workflows}")
    ] = None
    """Accounts that the stack makes for the workflows; without it they are made by hand."""
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

    def trusted(self, *, authority: str, audiences: Sequence["pulumi.Input[str]"] = ()) -> WorkflowTokens:
        """Return what Vault is told of them.

        *authority* is the one behind the issuer's own certificate, *audiences* are those of the accounts' clients.
        """
        return WorkflowTokens(
            issuer=self.issuer,
            audiences=[*([self.audience] if self.audience else []), *audiences],
            repository_claim=self.repository_claim,
            repository_user=self.repository_user,
            discovery_url=self.discovery_url,
            discovery_ca=authority if self.discovery_url else None,
            public_keys=None if self.public_keys is None else [*self.public_keys],
        )

    @model_validator(mode="after")
    def _means_somebody(self) -> Self:
        faults = [*self._account_faults()]
        try:
            self.trusted(authority="", audiences=["a client's"] if self.accounts else [])
        except ValueError as fault:
            faults.append(str(fault))
        if faults:
            raise RefusedSettingsError([f"settings.tokens: {fault}" for fault in faults])
        return self

    def user(self, repository: str) -> str:
        """Return the name of the account of *repository*, `organisation/name`."""
        return user_of(repository, self.repository_user) or ""

    def planning_user(self, repository: str) -> str:
        """Return the name of its account that only plans."""
        return self.user(planning(repository))

    def _account_faults(self) -> Iterator[str]:
        if self.accounts is None:
            return
        if self.repository_user is None or not USER.fullmatch(self.user("org/name")):
            yield "expected a user of Gitea as repository_user when there are accounts, for example ci-{name}"
