"""Declare the components at OVH and Google, as the settings say, without the rest of a stack."""

import pulumi
from pulumi_gcp.provider import Provider as GoogleProvider
from pulumi_ovh.provider import Provider as OvhProvider

from components.backup_bucket import BackupBucket, BackupBucketArgs
from components.generation import Generation
from components.ovh_client import OvhClient, OvhClientArgs
from provider.edge_provider import EdgeProvider, EdgeProviderArgs
from stacks.await_outputs import await_outputs

settings = pulumi.Config("factory").require_object("settings")
generation = Generation(settings["current"], tuple(settings["kept"]))
google = GoogleProvider(
    "google",
    project=settings["project"],
    storage_custom_endpoint=settings["storage"],
    iam_custom_endpoint=settings["accounts"],
)
ovh = OvhProvider("ovh", endpoint=settings["ovh_api"])
edge = EdgeProvider("edge", EdgeProviderArgs(google_api=settings["google_api"], ovh_api=settings["ovh_api"]))
opts = pulumi.ResourceOptions(providers=[google, ovh, edge])

backup = BackupBucket(
    "backup",
    BackupBucketArgs(
        project=settings["project"],
        region="us-east1",
        bucket="my-backup",
        account_id="my-backup",
        generation=generation,
        deletable=tuple(settings.get("deletable", ())),
    ),
    opts,
)
client = OvhClient(
    "cms",
    OvhClientArgs(
        client_name="factory-main-cms", description="name servers", zone="example.org", generation=generation
    ),
    opts,
)
pulumi.export("access_id", backup.access_id)
pulumi.export("secret", backup.secret)
pulumi.export("client_id", client.client_id)
pulumi.export("client_secret", client.client_secret)
pulumi.run(await_outputs)
