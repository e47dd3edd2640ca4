"""What the stack `main` makes on Gitea, so that workflows can say who they are."""

import dataclasses
from collections.abc import Mapping

import pulumi

from components.generation import Generation
from components.workflow_client import WorkflowClient, WorkflowClientArgs
from components.workflow_user import WorkflowUser, WorkflowUserArgs
from stacks.credential_table import credential_table
from stacks.main_settings import MainSettings


@dataclasses.dataclass(frozen=True, kw_only=True)
class WorkflowAccounts:
    """The clients and accounts of the workflows."""

    audiences: list[pulumi.Output[str]]
    """What their tokens are made for."""
    values: Mapping[str, Mapping[str, pulumi.Output[str]]]
    """Name of the credential → field → value."""


def declare_workflow_accounts(
    settings: MainSettings, generations: Mapping[str, Generation], opts: pulumi.ResourceOptions
) -> WorkflowAccounts:
    """Make what the settings ask for, which may be nothing; *opts* has the providers."""
    audiences: list[pulumi.Output[str]] = []
    values: dict[str, Mapping[str, pulumi.Output[str]]] = {}
    for credential in credential_table(settings):
        generation = generations[credential.name]
        if credential.kind == "client":
            # A client belongs to whoever made it, so its name alone tells what it is for.
            called = f"{pulumi.get_project()}-{credential.name}"
            wanted = WorkflowClientArgs(client_name=called, generation=generation)
            client = WorkflowClient(credential.name, wanted, opts)
            audiences.extend(client.audiences)
            values[credential.name] = {"client_id": client.client_id, "client_secret": client.client_secret}
        elif credential.kind in {"ci", "plan"}:
            repository = credential.published.place
            planning = credential.kind == "plan"
            username = settings.tokens.planning_user(repository) if planning else settings.tokens.user(repository)
            needs = WorkflowUserArgs(username=username, email=f"{username}@{settings.domain}", generation=generation)
            user = WorkflowUser(credential.name, needs, opts)
            values[credential.name] = {"user": user.username, "password": user.password}
    return WorkflowAccounts(audiences=audiences, values=values)
