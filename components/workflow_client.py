"""The client of Gitea's logins by which workflows say who they are."""

import dataclasses

import pulumi

from components.generation import Generation
from components.workflow_login import REDIRECT
from provider.gitea_resources.oauth2_application import OAuth2Application


@dataclasses.dataclass(frozen=True, kw_only=True)
class WorkflowClientArgs:
    """What it is called."""

    client_name: str
    """Name of the client; the number of the generation is put behind it."""
    generation: Generation
    """Which clients there are."""


class WorkflowClient(pulumi.ComponentResource):
    """A confidential client. Its id is the audience of the tokens, so each generation has an id of its own."""

    client_id: pulumi.Output[str]
    """Id of the current generation."""
    client_secret: pulumi.Output[str]
    """Its secret."""
    audiences: list[pulumi.Output[str]]
    """Ids of all generations that live."""

    def __init__(self, name: str, args: WorkflowClientArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare a client for each generation."""
        super().__init__("factory:gitea:WorkflowClient", name, {"client_name": args.client_name}, opts)
        made = {
            number: OAuth2Application(
                f"{name}-{number}",
                name=f"{args.client_name}-{number}",
                redirect_uris=[REDIRECT],
                confidential_client=True,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for number in args.generation.numbers
        }
        current = made[args.generation.current]
        self.client_id = current.client_id
        self.client_secret = current.client_secret
        self.audiences = [made[number].client_id for number in args.generation.numbers]
        self.register_outputs({"client_id": self.client_id})
