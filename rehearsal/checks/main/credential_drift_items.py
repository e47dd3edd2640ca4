"""Ways in which somebody changes credentials by hand, where they are made and where they are published."""

from collections.abc import Sequence

from rehearsal.checks.main import forge_by_hand as by_hand
from rehearsal.checks.main.by_hand import written
from rehearsal.checks.main.drift_items import SECRET
from rehearsal.checks.main.edge_drift import EdgeDrift
from rehearsal.main.edge import Edge
from stacks.app import App

ACTIONS = "factory:gitea:ActionsSecret"
ACCOUNT = "factory:gitea:User"
KEY = "factory:gitea:SshKey"
LOGINS = "factory:gitea:OAuth2Application"
TEAM = "factory:gitea:Team"
MEMBER = "factory:gitea:TeamMembership"
TOKEN = "factory:cloudflare:ApiToken"  # noqa: S105 - the name of a type
PUBLIC = "cloudflare:index/r2ManagedDomain:R2ManagedDomain"
CLIENT = "factory:ovh:OAuth2Client"
ALLOWED = "ovh:Iam/policy:Policy"
BUCKET = "gcp:storage/bucket:Bucket"
SHARED = "gcp:storage/bucketIAMPolicy:BucketIAMPolicy"
HMAC = "factory:google:HmacKey"


def _another_value(edge: Edge, app: App) -> None:
    written(by_hand.published_path(edge, "gcs"), {"secret": "another"})(edge, app)


OF_CREDENTIALS: Sequence[EdgeDrift] = (
    EdgeDrift(
        name="a secret of Actions is deleted", shown_by=ACTIONS, resource="gcs-{backup}-secret",
        change=by_hand.secret_gone("gcs", "secret", again=False),
    ),
    EdgeDrift(
        name="a secret of Actions is deleted and made again", shown_by=ACTIONS, resource="cloudflare-{token}-token",
        change=by_hand.secret_gone("cloudflare", "token", again=True),
    ),
    EdgeDrift(
        name="a published value is changed in Vault", shown_by=SECRET, resource="gcs-{backup}", path=("values",),
        change=_another_value,
    ),
    EdgeDrift(
        name="the account of a workflow gets another password", shown_by=ACCOUNT, resource="ci-{name}",
        path=("password",),
        change=by_hand.on_gitea(
            ("PATCH", "/admin/users/ci-{name}", {"password": "another-1-for-{name}", "source_id": 0,
             "login_name": "ci-{name}"}),
        ),
    ),
    EdgeDrift(
        name="the client of the workflows' logins gets another secret", shown_by=LOGINS, resource="client-{org}-1",
        path=("client_secret_works",), change=by_hand.renew_login_client,
    ),
    EdgeDrift(
        name="the module reader becomes administrator", shown_by=ACCOUNT, resource="{reader}", path=("admin",),
        change=by_hand.on_gitea(
            ("PATCH", "/admin/users/{reader}", {"admin": True, "source_id": 0, "login_name": "{reader}"}),
        ),
    ),
    EdgeDrift(
        name="the module reader loses its key", shown_by=KEY, resource="{reader}-1",
        change=by_hand.remove_keys,
    ),
    EdgeDrift(
        name="the module reader may read another repository", shown_by=TEAM, resource="{reader}",
        path=("repositories",),
        change=by_hand.on_gitea(("PUT", "/teams/{team}/repos/{org}/{name}", None)),
    ),
    EdgeDrift(
        name="the module reader leaves its team", shown_by=MEMBER, resource="{reader}",
        change=by_hand.on_gitea(("DELETE", "/teams/{team}/members/{reader}", None)),
    ),
    EdgeDrift(
        name="the bucket of a state is made public", shown_by=PUBLIC, resource="{state}", path=("enabled",),
        change=by_hand.in_cloud(by_hand.make_public),
    ),
    EdgeDrift(
        name="a token gets a permission more", shown_by=TOKEN, resource="{token}-1", path=("permissions",),
        change=by_hand.in_cloud(by_hand.widen_token),
    ),
    EdgeDrift(
        name="a token is removed", shown_by=TOKEN, resource="{state}-1",
        change=by_hand.in_cloud(by_hand.remove_token),
    ),
    EdgeDrift(
        name="the client of the name servers may do everything", shown_by=ALLOWED, resource="{client}",
        path=("allows",), change=by_hand.in_cloud(by_hand.widen_client),
    ),
    EdgeDrift(
        name="the client of the name servers is removed", shown_by=CLIENT, resource="{client}-1",
        change=by_hand.in_cloud(by_hand.remove_client),
    ),
    EdgeDrift(
        name="nothing keeps the backups from becoming public", shown_by=BUCKET, resource="{backup}",
        path=("publicAccessPrevention",), change=by_hand.in_cloud(by_hand.open_bucket),
    ),
    EdgeDrift(
        name="everybody may read the backups", shown_by=SHARED, resource="{backup}", path=("policyData",),
        change=by_hand.in_cloud(by_hand.share_bucket),
    ),
    EdgeDrift(
        name="the key of the backups is switched off", shown_by=HMAC, resource="{backup}-1", path=("state",),
        change=by_hand.in_cloud(by_hand.switch_key_off),
    ),
)  # fmt: skip
"""Objects of the forge and of the clouds, and what is published of them."""

UNWATCHED_CREDENTIALS: Sequence[EdgeDrift] = (
    EdgeDrift(
        name="a secret of Actions is written over", shown_by=ACTIONS, resource="ssh-{reader}-private_key",
        change=by_hand.secret_written_over("ssh", "private_key"),
        instead="a step of a workflow that prints its digest (provider/gitea/digest_step.py)",
        undo=by_hand.secret_gone_again("ssh", "private_key"),
    ),
)  # fmt: skip
"""What Gitea does not tell of its secrets."""
