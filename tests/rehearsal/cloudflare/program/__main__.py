"""Declare a bucket that holds state and a token for an application, as the settings say."""

import pulumi

from components.cloudflare_account import cloudflare_account
from components.cloudflare_token import CloudflareToken, CloudflareTokenArgs
from components.generation import Generation
from components.state_bucket import StateBucket, StateBucketArgs
from provider.cloudflare_resources.official_cloudflare import OfficialCloudflare
from provider.edge_provider import EdgeProvider, EdgeProviderArgs
from stacks.await_outputs import await_outputs

settings = pulumi.Config("factory").require_object("settings")
cloudflare = OfficialCloudflare("cloudflare", base_url=settings["api"])
edge = EdgeProvider("edge", EdgeProviderArgs(gitea_url=settings["forge"], cloudflare_api=settings["api"]))
on_cloudflare = pulumi.ResourceOptions(providers=[cloudflare, edge])
account = cloudflare_account(settings.get("account"), provider=cloudflare)
generation = Generation(settings["current"], tuple(settings["kept"]))
state = StateBucket(
    "state",
    StateBucketArgs(
        account_id=account,
        bucket="arcodange-tf",
        location="weur",
        token_name="factory-test-state",  # noqa: S106 - its name, not its value
        generation=generation,
    ),
    on_cloudflare,
)
token = CloudflareToken(
    "cms",
    CloudflareTokenArgs(
        account_id=account,
        token_name="factory-test-cms",  # noqa: S106 - its name, not its value
        account_permissions=settings["account_permissions"],
        zone_permissions=["Zone Read", "DNS Write"],
        zones=["example.org"],
        generation=generation,
    ),
    on_cloudflare,
)
pulumi.export("endpoint", state.endpoint)
pulumi.export("access_key_id", state.access_key_id)
pulumi.export("secret_access_key", state.secret_access_key)
pulumi.export("token", token.value)
pulumi.export("account_id", token.account_id)
pulumi.run(await_outputs)
