"""What the file of the stack `main` may say."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from stacks.app import DOMAIN, ORGANISATION, App, Application, Domain, Kebab, Organisation, app_of
from stacks.cloud_settings import Cloudflare, Google, ModuleReader, Ovh
from stacks.faults import RefusedSettingsError, fault_lines
from stacks.model import Expect, Model
from stacks.names import POLICY, USER, Claim, app_claims, name_faults
from stacks.settings import Host, Port, SslMode
from stacks.workflow_settings import Tokens

ROOT = "settings"

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s'\"/]+(/[^\s'\"]*)?$")]
File = Annotated[str, StringConstraints(pattern=r"^(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$")]
PolicyName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]
Kv1Path = Annotated[str, StringConstraints(pattern=r"^kvv1(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$")]

A_URL = Expect(sentence="a URL", example="url: https://vault.arcodange.lab")
A_FILE = Expect(sentence="a file by its whole path", example="ca_file: /etc/ssl/certs/lab-root.pem")
A_POLICY = Expect(sentence="the name of a policy", example="policies: [shared__cdn]")


class Reached(Model):
    """A server as it is reached."""

    url: Annotated[Url, A_URL]
    """Address of its first page."""


class Kubernetes(Model):
    """The cluster's API, which Vault asks whose token it was shown."""

    url: Annotated[Url, Expect(sentence="a URL", example="url: https://192.168.1.201:6443")]
    """Address of the API, as Vault reaches it."""
    ca_file: Annotated[File | None, A_FILE] = None
    """Authority of its certificate; without it Vault takes the one of the cluster that it runs in."""


class Database(Model):
    """The PostgreSQL server as Vault reaches it."""

    host: Annotated[Host, Expect(sentence="one host name or address", example="host: 192.168.1.202")]
    """Address of the connection pooler."""
    port: Annotated[Port, Expect(sentence="a port from 1 to 65535", example="port: 6432")]
    """Its port."""
    sslmode: Annotated[
        SslMode, Expect(sentence="disable, require, verify-ca or verify-full", example="sslmode: require")
    ]
    """How the connection is encrypted."""


class EdgeApplication(Application):
    """One application instance, as the edge knows it."""

    database: Annotated[bool, Expect(sentence="true or false", example="database: false")] = True
    """Whether the stack `postgres` gives it a database."""
    policies: Annotated[tuple[Annotated[PolicyName, A_POLICY], ...], A_POLICY] = ()
    """Shared policies that its workflows have as well."""


class MainSettings(Model):
    """The settings of the stack `main`."""

    org: Annotated[Organisation, ORGANISATION]
    """Organisation of the repositories."""
    domain: Annotated[Domain, DOMAIN]
    """Domain that the lab serves its applications under."""
    repository: Annotated[Kebab, Expect(sentence="the name of a repository", example="repository: factory")]
    """Repository whose workflows run the stacks."""
    ca_file: Annotated[File, A_FILE]
    """The lab's root certificate, on the machine that runs the stack."""
    forge: Annotated[Reached, Expect(sentence="a mapping with a url", example="forge: {url: https://…}")]
    """Gitea."""
    vault: Annotated[Reached, Expect(sentence="a mapping with a url", example="vault: {url: https://…}")]
    """Vault."""
    tokens: Annotated[Tokens, Expect(sentence="a mapping of issuer and audience", example="tokens: {issuer: …}")]
    """How workflows say who they are."""
    kubernetes: Annotated[Kubernetes, Expect(sentence="a mapping with a url", example="kubernetes: {url: https://…}")]
    """The cluster."""
    database: Annotated[Database, Expect(sentence="a mapping of host, port and sslmode", example="database: {host: …}")]
    """The PostgreSQL server."""
    cloudflare: Annotated[
        Cloudflare | None, Expect(sentence="a mapping of the account's objects", example="cloudflare: {api: …}")
    ] = None
    """The lab's objects at Cloudflare."""
    ovh: Annotated[Ovh | None, Expect(sentence="a mapping of the account's objects", example="ovh: {api: …}")] = None
    """The lab's objects at OVH."""
    google: Annotated[
        Google | None, Expect(sentence="a mapping of the project's objects", example="google: {project: …}")
    ] = None
    """The lab's objects at Google."""
    module_reader: Annotated[
        ModuleReader | None, Expect(sentence="a mapping of the account", example="module_reader: {user: …}")
    ] = None
    """The account that reads private modules."""
    shared_policies: Annotated[
        Mapping[
            Annotated[PolicyName, A_POLICY],
            tuple[Annotated[Kv1Path, Expect(sentence="a path of KV 1", example="- kvv1/cdn/key")], ...],
        ],
        Expect(sentence="a mapping of policies to paths", example="shared_policies: {shared__cdn: [kvv1/cdn/key]}"),
    ] = Field(default_factory=dict)
    """Policies that several applications may have: name → paths that may be read."""
    applications: Annotated[
        tuple[Annotated[EdgeApplication, Expect(sentence="a mapping with a name", example="name: webapp")], ...],
        Expect(sentence="a list of applications", example="applications: [{name: webapp}]"),
        Field(min_length=1),
    ]
    """The applications."""

    @functools.cached_property
    def apps(self) -> tuple[App, ...]:
        """The applications with every name they have."""
        return tuple(app_of(application, org=self.org, domain=self.domain) for application in self.applications)

    @property
    def own_repository(self) -> str:
        """The repository whose workflows run the stacks, with its organisation."""
        return f"{self.org}/{self.repository}"

    @property
    def workflow_repositories(self) -> Sequence[str]:
        """Every repository whose workflows log in, the one that runs the stacks first."""
        return [*dict.fromkeys((self.own_repository, *(app.repository for app in self.apps)))]

    @property
    def without_database(self) -> list[str]:
        """Instances that have no database."""
        return [app.instance for app, entry in zip(self.apps, self.applications, strict=True) if not entry.database]

    @property
    def more_policies(self) -> dict[str, list[str]]:
        """Application → shared policies that any of its entries asks for."""
        asked: dict[str, dict[str, None]] = {}
        for entry in self.applications:
            asked.setdefault(entry.name, {}).update(dict.fromkeys(entry.policies))
        return {name: [*policies] for name, policies in asked.items()}

    @property
    def addresses(self) -> Mapping[str, str]:
        """Every address that a run with these settings contacts, by the place that names it."""
        reached = {
            "forge.url": self.forge.url,
            "vault.url": self.vault.url,
            "tokens.issuer": self.tokens.issuer,
            "tokens.discovery_url": self.tokens.discovery_url,
            "kubernetes.url": self.kubernetes.url,
            "database.host": self.database.host,
            "cloudflare.api": self.cloudflare and self.cloudflare.api,
            "ovh.api": self.ovh and self.ovh.api,
            "ovh.endpoint": self.ovh and self.ovh.endpoint,
            "google.api": self.google and self.google.api,
            "google.storage_api": self.google and self.google.storage_api,
            "google.account_api": self.google and self.google.account_api,
        }
        return {f"{ROOT}.{place}": address for place, address in reached.items() if address}

    @model_validator(mode="after")
    def _each_name_means_something(self) -> Self:
        faults = [*name_faults(self._claims(), domain=self.domain), *self._unknown_policies()]
        if faults:
            raise RefusedSettingsError(faults)
        return self

    def _claims(self) -> Iterator[Claim]:
        for index, app in enumerate(self.apps):
            yield from app_claims(place=f"{ROOT}.applications[{index}]", app=app)
        for name in self.shared_policies:
            place = f"{ROOT}.shared_policies"
            yield Claim(system=POLICY, name=name, owner=f"{place} ({name})", shared_by=place)
        if self.tokens.accounts:
            for repository in self.workflow_repositories:
                owner = f"the repository {repository}"
                yield Claim(system=USER, name=self.tokens.user(repository), owner=owner, shared_by=repository)
            if self.module_reader:
                place = f"{ROOT}.module_reader"
                yield Claim(system=USER, name=self.module_reader.user, owner=place, shared_by=place)

    def _unknown_policies(self) -> Iterator[str]:
        known = ", ".join(self.shared_policies) or "none"
        for index, entry in enumerate(self.applications):
            for name in entry.policies:
                if name not in self.shared_policies:
                    place = f"{ROOT}.applications[{index}].policies"
                    yield f"{place}: {name} is no shared policy. Expected one of {ROOT}.shared_policies: {known}"


def read_main_settings(text: str | None) -> MainSettings:
    """Return the settings that *text*, a JSON document, holds; raise RefusedSettingsError with all its faults."""
    try:
        return MainSettings.model_validate_json(text or "null")
    except ValidationError as error:
        raise RefusedSettingsError(fault_lines(error, model=MainSettings, root=ROOT)) from None
