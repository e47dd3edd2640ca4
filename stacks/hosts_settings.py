"""What the file of the stack `hosts` may say."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from stacks.app import DOMAIN, Domain
from stacks.faults import RefusedSettingsError, fault_lines
from stacks.followed_settings import Followed
from stacks.model import Expect, Model
from stacks.tiers_settings import Tiers
from stacks.vault_keys_settings import VaultKeys
from stacks.volumes_settings import Volumes

ROOT = "settings"

Address = Annotated[str, StringConstraints(pattern=r"^\d{1,3}(\.\d{1,3}){3}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")]
Reachable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:_][A-Za-z0-9:._-]*$")]
Folder = Annotated[str, StringConstraints(pattern=r"^(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$")]
DiskId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9:_.+-]*$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Text = Annotated[str, StringConstraints(min_length=1)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s'\"]+$")]
OffSite = Annotated[str, StringConstraints(pattern=r"^(s3|rest):https://[A-Za-z0-9][A-Za-z0-9./:_-]*[A-Za-z0-9]$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

AN_ADDRESS = Expect(sentence="an IPv4 address", example="address: 192.168.1.201")
A_HOST = Expect(sentence="the name of one of the hosts", example="pi1")


class Host(Model):
    """One machine."""

    name: Annotated[Name, Expect(sentence="a name in lower case", example="name: pi1")]
    """What it is called, here and by itself."""
    address: Annotated[Address, AN_ADDRESS]
    """Its address in the lab's network."""
    reach: Annotated[Reachable | None, Expect(sentence="an address or a name", example="reach: pi1.home")] = None
    """How it is reached from here, where that is not its address."""
    port: Annotated[Port | None, Expect(sentence="a port from 1 to 65535", example="port: 22")] = None
    """Port of its SSH server, where the OpenSSH configuration does not say it."""
    user: Annotated[Name | None, Expect(sentence="a user", example="user: pi")] = None
    """Who logs in, with sudo and without a password."""
    identity: Annotated[Text | None, Expect(sentence="a file", example="identity: ~/.ssh/id_ed25519")] = None
    """Private key, where the OpenSSH configuration does not say it."""
    jump: Annotated[Text | None, Expect(sentence="a host to go through", example="jump: pi@gate.example")] = None
    """Host to go through."""
    host_key: Annotated[Text | None, Expect(sentence="a public host key", example="host_key: ssh-ed25519 AAAA…")] = None
    """Its public key; without it, what `./factory hosts trust` has learnt."""
    data_disk: Annotated[
        DiskId | None, Expect(sentence="a name in /dev/disk/by-id", example="data_disk: usb-Maker_Model_Serial-0:0")
    ] = None
    """Its data disk by stable id; `./factory hosts facts NAME` lists the disks."""
    may_be_erased: Annotated[bool, Expect(sentence="yes or no", example="may_be_erased: true")] = False
    """Whether what lies on that disk now, and is not ours, may be lost."""

    @property
    def connection(self) -> Mapping[str, str | int]:
        """What is needed to reach it."""
        values = {
            "name": self.name, "address": self.reach or self.address, "port": self.port, "user": self.user,
            "identity": self.identity, "jump": self.jump, "host_key": self.host_key,
        }  # fmt: skip
        return {key: value for key, value in values.items() if value is not None}


class Roles(Model):
    """Which host does what; what is not named here, every host does."""

    authority: Annotated[Name, A_HOST]
    """Has the active certificate authority; the others are its replicas."""
    resolvers: Annotated[
        tuple[Annotated[Name, A_HOST], Annotated[Name, A_HOST]],
        Expect(sentence="two hosts", example="resolvers: [pi1, pi3]"),
    ]
    """Answer for names and share an address; the first holds it while both answer."""
    foundations: Annotated[Name, A_HOST]
    """Has PostgreSQL, PgBouncer and Gitea."""
    servers: Annotated[
        tuple[Annotated[Name, A_HOST], ...],
        Field(min_length=1),
        Expect(sentence="a list of hosts", example="servers: [pi1]"),
    ]
    """Serve the cluster's API and keep its datastore, the first makes the cluster; the others are its agents."""
    runners: Annotated[
        tuple[Annotated[Name, A_HOST], ...],
        Field(min_length=1),
        Expect(sentence="a list of hosts", example="runners: [pi1, pi3]"),
    ]
    """Run the jobs of Gitea's workflows."""
    keeper: Annotated[Name | None, A_HOST] = None
    """Keeps the backups of the others on its data disk; without it nothing is backed up."""


class Network(Model):
    """The lab's network."""

    interface: Annotated[Name, Expect(sentence="a network interface", example="interface: eth0")]
    """Interface of every host."""
    prefix: Annotated[int, Field(ge=8, le=30), Expect(sentence="a prefix length", example="prefix: 24")]
    """Length of the network's prefix."""
    domain: Annotated[Name, Expect(sentence="a domain of one word", example="domain: home")]
    """Domain of the hosts' own names."""
    resolver: Annotated[Address, AN_ADDRESS]
    """Address that the two resolvers share."""
    ingress: Annotated[Address, AN_ADDRESS]
    """Where names without a record of their own lead: the cluster's entry."""
    first_resolvers: Annotated[
        tuple[Annotated[Address, AN_ADDRESS], ...],
        Field(min_length=1),
        Expect(sentence="a list of addresses", example="first_resolvers: [192.168.1.1]"),
    ]
    """Asked for names until the lab's own resolvers answer."""
    upstreams: Annotated[
        tuple[Annotated[Address, AN_ADDRESS], ...],
        Field(min_length=1),
        Expect(sentence="a list of addresses", example="upstreams: [9.9.9.9]"),
    ]
    """Asked by the lab's resolvers for names that are not the lab's."""
    time_servers: Annotated[
        tuple[Annotated[Address, AN_ADDRESS], ...],
        Field(min_length=1),
        Expect(sentence="a list of addresses", example="time_servers: [192.168.1.1]"),
    ]
    """By address, for the clock is set before any name resolves."""


class Built(Model):
    """A program that was built here."""

    url: Annotated[Url, Expect(sentence="a URL", example="url: http://10.77.0.1:8080/step-ca")]
    """Where the machines find it."""
    sha256: Annotated[Sha256, Expect(sentence="64 hexadecimal digits", example="sha256: 2c26b46b68ff…")]
    """Computed when it was built."""


class BuiltK3s(Built):
    """What stands for k3s."""

    version: Annotated[Text | None, Expect(sentence="a version of k3s", example="version: 1.34.4+k3s1")] = None
    """Which it says it is, where that is not the pinned one."""


class Rehearsed(Model):
    """What stands here for what a rehearsal cannot have."""

    registry: Annotated[Url, Expect(sentence="a URL", example="registry: http://10.77.0.1:5000")]
    """Registry with images of the production names."""
    step_ca: Annotated[Built, Expect(sentence="a mapping of url and sha256", example="step_ca: {url: …}")]
    """The program `step-ca`."""
    step_cli: Annotated[Built, Expect(sentence="a mapping of url and sha256", example="step_cli: {url: …}")]
    """The program `step`."""
    k3s: Annotated[BuiltK3s | None, Expect(sentence="a mapping of url and sha256", example="k3s: {url: …}")] = None
    """What stands for k3s; without it there is no cluster."""
    k3s_next: Annotated[
        BuiltK3s | None, Expect(sentence="a mapping of url and sha256", example="k3s_next: {url: …}")
    ] = None
    """The same in the version that an upgrade is rehearsed to."""
    vault_after: Annotated[Name | None, Expect(sentence="a layer", example="vault_after: pki")] = None
    """Layer after which a Vault is there where no layer brings one; without it there is none."""


class HostsSettings(Model):
    """The settings of the stack `hosts`."""

    domain: Annotated[Domain, DOMAIN]
    """Domain that the lab serves its applications under."""
    time_zone: Annotated[Text, Expect(sentence="a time zone", example="time_zone: Europe/Paris")]
    """Time zone of the hosts."""
    data: Annotated[Folder, Expect(sentence="a folder", example="data: /mnt/arcodange")]
    """Where the data disk of each host is mounted."""
    data_label: Annotated[DiskId, Expect(sentence="a label", example="data_label: arcodange")]
    """Label of its file system."""
    authority_name: Annotated[Text, Expect(sentence="a name", example="authority_name: Arcodange Lab")]
    """What the certificates of the lab's authority are named for."""
    root_fingerprint: Annotated[
        Sha256 | None, Expect(sentence="64 hexadecimal digits", example="root_fingerprint: 2c26b46b68ff…")
    ] = None
    """SHA-256 of the lab's root; once it stands here, no other authority can be made."""
    administrator: Annotated[Text, Expect(sentence="an account", example="administrator: lab-admin")]
    """First administrator of Gitea."""
    administrator_email: Annotated[Text, Expect(sentence="an address", example="administrator_email: a@example.org")]
    """Address of that account."""
    database_mebibytes: Annotated[
        int, Field(ge=128), Expect(sentence="a number of MiB", example="database_mebibytes: 2048")
    ]
    """Memory that PostgreSQL may count on."""
    network: Annotated[Network, Expect(sentence="a mapping of the network", example="network: {interface: eth0}")]
    """The lab's network."""
    hosts: Annotated[
        tuple[Annotated[Host, Expect(sentence="a mapping with a name", example="name: pi1")], ...],
        Field(min_length=2),
        Expect(sentence="a list of hosts", example="hosts: [{name: pi1, address: 192.168.1.201}]"),
    ]
    """The machines."""
    roles: Annotated[Roles, Expect(sentence="a mapping of roles to hosts", example="roles: {authority: pi1}")]
    """Which of them does what."""
    vault: Annotated[
        VaultKeys | None, Expect(sentence="a mapping of url and key_file", example="vault: {url: …, key_file: …}")
    ] = None
    """Vault and its keys; what `./factory vault` works with."""
    off_site: Annotated[
        OffSite | None, Expect(sentence="a bucket of its own", example="off_site: s3:https://storage.example/my-bucket")
    ] = None
    """Where each backup is sent to besides the keeper, in restic's words; without it nothing leaves the lab."""
    tiers: Annotated[Tiers, Expect(sentence="a mapping of tiers to numbers", example="tiers: {daily: 3}")] = Tiers()
    """How long archives of backups are kept."""
    volumes: Annotated[
        Volumes | None, Expect(sentence="a mapping of a bucket", example="volumes: {bucket: my-backup, …}")
    ] = None
    """Where Longhorn sends the cluster's volumes; without it they are in no backup."""
    followed: Annotated[
        Followed | None, Expect(sentence="a mapping of a repository", example="followed: {organisation: my-org, …}")
    ] = None
    """What ArgoCD follows; without it there is no ArgoCD."""
    rehearsed: Annotated[Rehearsed | None, Expect(sentence="what a rehearsal puts here", example="rehearsed: null")] = (
        None
    )
    """Set by a rehearsal; None is production."""

    @property
    def addresses(self) -> Mapping[str, str]:
        """Every address that a run with these settings contacts, by the place that names it."""
        reached = {f"{ROOT}.hosts[{index}].address": host.address for index, host in enumerate(self.hosts)}
        by_name = {f"{ROOT}.hosts[{index}].reach": host.reach for index, host in enumerate(self.hosts) if host.reach}
        vault = {} if self.vault is None else {f"{ROOT}.vault.url": self.vault.url}
        return {**reached, **by_name, f"{ROOT}.network.resolver": self.network.resolver, **vault}

    def host(self, name: str) -> Host:
        """Return the host called *name*."""
        return next(host for host in self.hosts if host.name == name)

    @model_validator(mode="after")
    def _each_host_once(self) -> Self:
        faults = [*self._twice("name"), *self._twice("address"), *self._unknown_hosts()]
        if faults:
            raise RefusedSettingsError(faults)
        return self

    def _twice(self, key: str) -> Iterator[str]:
        owners: dict[str, int] = {}
        for index, host in enumerate(self.hosts):
            value = str(getattr(host, key))
            if value in owners:
                first, second = (f"{ROOT}.hosts[{place}].{key}" for place in (owners[value], index))
                yield f"{first} and {second}: the same machine twice. Expected each {key} once"
            owners.setdefault(value, index)

    def _unknown_hosts(self) -> Iterator[str]:
        known = [host.name for host in self.hosts]
        roles = self.roles
        lists = {"resolvers": roles.resolvers, "servers": roles.servers, "runners": roles.runners}
        named = {"authority": roles.authority, "foundations": roles.foundations} | {
            f"{role}[{index}]": name for role, names in lists.items() for index, name in enumerate(names)
        }
        named |= {} if roles.keeper is None else {"keeper": roles.keeper}
        for place, name in named.items():
            if name not in known:
                yield f"{ROOT}.roles.{place}: no such host. Expected one of {', '.join(known)}"
        reasons = {"resolvers": "two, so that one may fail", "servers": "each once", "runners": "each once"}
        for role, names in lists.items():
            if len({*names}) < len(names):
                yield f"{ROOT}.roles.{role}: the same host twice. Expected {reasons[role]}"
        # More than half of the servers must answer, so that an even number survives no more losses than one less does.
        if len(roles.servers) % 2 == 0:
            yield f"{ROOT}.roles.servers: found {len(roles.servers)} hosts. Expected an odd number: one, or three"
        if roles.foundations == roles.keeper:
            yield f"{ROOT}.roles.keeper: {roles.keeper} has the databases. Expected another host: one loss takes both"
        if roles.foundations in roles.runners:
            yield f"{ROOT}.roles.runners: {roles.foundations} has Gitea. Expected other hosts: a job may take it all"


def read_hosts_settings(text: str | None) -> HostsSettings:
    """Return the settings that *text*, a JSON document, holds; raise RefusedSettingsError with all its faults."""
    try:
        return HostsSettings.model_validate_json(text or "null")
    except ValidationError as error:
        raise RefusedSettingsError(fault_lines(error, model=HostsSettings, root=ROOT)) from None
