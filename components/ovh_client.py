"""A client of OVH that edits the name servers of one domain."""

import dataclasses

import pulumi
from pulumi_ovh.iam.policy import Policy

from components.generation import Generation
from provider.ovh_resources.oauth2_client import OAuth2Client

ACTIONS = ("domain:apiovh:nameServer/edit", "domain:apiovh:nameServer/get", "domain:apiovh:task/get")
"""To change the name servers, to read them, and to see when the change is done."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class OvhClientArgs:
    """Whose client it is, and which domain it works on."""

    client_name: str
    """Name at OVH, to which the number of the generation is added: project and purpose, nobody else's."""
    description: str
    """What it is for."""
    zone: str
    """Domain whose name servers it edits, for example `example.org`."""
    generation: Generation = dataclasses.field(default_factory=Generation)
    """Which of its generations live."""


class OvhClient(pulumi.ComponentResource):
    """An OAuth2 client that may edit the name servers of one domain and nothing else, one for each generation.

    One policy names all generations that live. The official resource sees a policy that was widened; it does not see
    one from which an action was taken, which the client's own runs show. A policy that was removed by hand stops a
    refresh with OVH's "not found" (`pulumi state delete`), and one whose answer was lost stops the next run, for its
    name is taken (`./factory import`).
    """

    client_id: pulumi.Output[str]
    """Id of the current generation's client."""
    client_secret: pulumi.Output[str]
    """Its secret, secret."""

    def __init__(self, name: str, args: OvhClientArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare a client for each generation, then what they may do."""
        super().__init__("factory:ovh:Client", name, {"client_name": args.client_name, "zone": args.zone}, opts)
        child = pulumi.ResourceOptions(parent=self)

        clients = {
            number: OAuth2Client(
                f"{name}-{number}", name=f"{args.client_name}-{number}", description=args.description, opts=child
            )
            for number in args.generation.numbers
        }
        policy = Policy(
            name,
            name=args.client_name,
            description=args.description,
            identities=[client.identity for client in clients.values()],
            resources=[f"urn:v1:eu:resource:domain:{args.zone}"],
            allows=[*ACTIONS],
            opts=child,
        )

        current = clients[args.generation.current]
        # A client that is given out before it may anything would fail at its first use.
        self.client_id = pulumi.Output.all(current.client_id, policy.id).apply(lambda known: str(known[0]))
        self.client_secret = pulumi.Output.secret(current.client_secret)
        self.register_outputs({"client_id": self.client_id, "client_secret": self.client_secret})
