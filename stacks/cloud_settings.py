"""The lab's objects in the clouds and on the forge, as the file of the stack `main` says them."""

from typing import Annotated

from pydantic import Field, StringConstraints

from stacks.model import Expect, Model

Text = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\s-][^\n]*$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{1,62}$")]
ApiUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s'\"/]+(/[^\s'\"]*)?$")]
Place = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?$")]
SecretPath = Annotated[str, StringConstraints(pattern=r"^kvv[12](/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$")]
Names = tuple[Annotated[Text, Expect(sentence="a name", example="- DNS Write")], ...]

AN_API = Expect(sentence="a URL", example="api: https://api.cloudflare.com/client/v4")
MOST_BEGINNINGS = 13
"""Google takes twelve times "or"."""
A_BUCKET = Expect(sentence="the name of a bucket", example="bucket: my-state")
A_NAME = Expect(sentence="a name", example="name: cms")


class Published(Model):
    """The two homes of a credential."""

    place: Annotated[Place, Expect(sentence="an organisation or a repository", example="place: my-org/cms")]
    """Where on Gitea the workflows find it, as secrets."""
    path: Annotated[SecretPath, Expect(sentence="a path of KV", example="path: kvv1/cloudflare/r2/my-state")]
    """Where Vault keeps it."""


HOMES = Expect(sentence="a mapping of place and path", example="published: {place: my-org/cms, path: kvv1/cdn}")


class StateBucket(Model):
    """A bucket of R2 with a key pair of its own."""

    bucket: Annotated[Name, A_BUCKET]
    """Its name."""
    location: Annotated[Text | None, Expect(sentence="a location hint", example="location: weur")] = None
    """Where it is made; without it, near the caller."""
    published: Annotated[Published, HOMES]
    """Homes of the key pair."""


class ApiToken(Model):
    """An API token for an application's workflows."""

    name: Annotated[Name, A_NAME]
    """What it is for."""
    account_permissions: Annotated[Names, Expect(sentence="a list of names", example="account_permissions: []")] = ()
    """Permissions on the account, by name."""
    zone_permissions: Annotated[Names, Expect(sentence="a list of names", example="zone_permissions: [DNS Write]")] = ()
    """Permissions on the zones, by name."""
    zones: Annotated[Names, Expect(sentence="a list of domains", example="zones: [arcodange.fr]")] = ()
    """The zones."""
    published: Annotated[Published, HOMES]
    """Homes of the token."""


class Cloudflare(Model):
    """The lab's objects at Cloudflare."""

    api: Annotated[ApiUrl, AN_API] = "https://api.cloudflare.com/client/v4"
    """Address of the API."""
    account: Annotated[Text | None, Expect(sentence="the name of an account", example="account: my-company")] = None
    """Name of the account, where the credential sees several."""
    state_buckets: Annotated[
        tuple[Annotated[StateBucket, Expect(sentence="a mapping with a bucket", example="bucket: my-state")], ...],
        Expect(sentence="a list of buckets", example="state_buckets: [{bucket: my-state}]"),
    ] = ()
    """Buckets that hold state."""
    tokens: Annotated[
        tuple[Annotated[ApiToken, Expect(sentence="a mapping with a name", example="name: cms")], ...],
        Expect(sentence="a list of tokens", example="tokens: [{name: cms}]"),
    ] = ()
    """API tokens."""


class NameServerClient(Model):
    """An OAuth2 client that may edit the name servers of one domain."""

    name: Annotated[Name, A_NAME]
    """What it is for."""
    zone: Annotated[Name, Expect(sentence="a domain", example="zone: arcodange.fr")]
    """The domain."""
    published: Annotated[Published, HOMES]
    """Homes of its credentials."""


class Ovh(Model):
    """The lab's objects at OVH."""

    api: Annotated[ApiUrl, AN_API] = "https://eu.api.ovh.com/1.0"
    """Address of the API, for our own resources."""
    endpoint: Annotated[Text, Expect(sentence="a name of an endpoint", example="endpoint: ovh-eu")] = "ovh-eu"
    """The same for the official ones: the name of an endpoint, or its address."""
    clients: Annotated[
        tuple[Annotated[NameServerClient, Expect(sentence="a mapping with a name", example="name: cms")], ...],
        Expect(sentence="a list of clients", example="clients: [{name: cms}]"),
    ] = ()
    """OAuth2 clients."""


class BackupBucket(Model):
    """A bucket of Google's storage with a service account and a key of its own."""

    bucket: Annotated[Name, A_BUCKET]
    """Its name."""
    region: Annotated[Text, Expect(sentence="a region", example="region: US-EAST1")]
    """Where it lies."""
    account: Annotated[
        Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,24}[a-z0-9]$")],
        Expect(sentence="4 to 26 letters, digits and hyphens", example="account: my-backup"),
    ]
    """Service account that may use it; the number of its key is put behind it."""
    deletable: Annotated[
        tuple[
            Annotated[
                Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9/._-]*/$")],
                Expect(sentence="the beginning of names, with a slash at its end", example="- pi1/locks/"),
            ],
            ...,
        ],
        Expect(sentence="a list of beginnings of names", example="deletable: [pi1/locks/]"),
        Field(max_length=MOST_BEGINNINGS),
    ] = ()
    """What its key may delete; with this it is a bucket that hosts add to, without it one for whoever deletes."""
    published: Annotated[Published, HOMES]
    """Homes of its key."""


class Google(Model):
    """The lab's objects at Google."""

    project: Annotated[Name, Expect(sentence="a project", example="project: arcodange")]
    """The project."""
    api: Annotated[ApiUrl, AN_API] = "https://storage.googleapis.com"
    """Address of the storage, for our own resources."""
    storage_api: Annotated[ApiUrl | None, AN_API] = None
    """Address of the storage's API for the official ones, where it is not Google's own."""
    account_api: Annotated[ApiUrl | None, AN_API] = None
    """Address of the API of service accounts for the official ones, where it is not Google's own."""
    backup_buckets: Annotated[
        tuple[Annotated[BackupBucket, Expect(sentence="a mapping with a bucket", example="bucket: my-backup")], ...],
        Expect(sentence="a list of buckets", example="backup_buckets: [{bucket: my-backup}]"),
    ] = ()
    """Buckets that hold backups."""

    @property
    def volume_keys(self) -> list[str]:
        """Homes of the keys to the buckets for volumes; what hosts add to is no business of the cluster."""
        return [bucket.published.path for bucket in self.backup_buckets if not bucket.deletable]


class ModuleReader(Model):
    """An account of the forge that reads private modules, and its SSH key."""

    user: Annotated[Name, Expect(sentence="an account", example="user: tofu-module-reader")]
    """The account."""
    email: Annotated[Text, Expect(sentence="an address", example="email: ci@example.org")]
    """Its address."""
    key: Annotated[Text, Expect(sentence="the title of a key", example="key: tofu_module_reader")]
    """Title of its SSH key."""
    repositories: Annotated[
        tuple[Annotated[Name, Expect(sentence="a repository", example="- modules")], ...],
        Expect(sentence="a list of repositories", example="repositories: [modules]"),
        Field(min_length=1),
    ]
    """Repositories that it may read."""
    published: Annotated[Published, HOMES]
    """Homes of the private key."""
