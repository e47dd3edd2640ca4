"""The resources of our own provider, as the components declare them."""

import dataclasses
from collections.abc import Mapping, Sequence

import pulumi


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProviderArgs:
    """One PostgreSQL server, reached as a superuser whose password is in the provider's own PGPASSWORD."""

    host: pulumi.Input[str]
    """Name or address."""
    port: pulumi.Input[int]
    """Port."""
    username: pulumi.Input[str]
    """Superuser to connect as."""
    sslmode: pulumi.Input[str]
    """How the connection is encrypted, as in libpq."""


class Provider(pulumi.ProviderResource):
    """The own provider, working on one PostgreSQL server."""

    def __init__(self, name: str, args: ProviderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the server."""
        super().__init__("factory", name, vars(args), opts)


class HostsProvider(pulumi.ProviderResource):
    """The own provider, working on machines; each layer says which."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare it; there is nothing to say but the name."""
        super().__init__("factory", name, {}, opts)


class LookupFunction(pulumi.CustomResource):
    """The function `public.user_lookup(text)`, by which PgBouncer authenticates the users of one database.

    Import id: the name of the database. Deleting it drops the function, never data.
    """

    database: pulumi.Output[str]
    """Database that holds the function."""
    executor: pulumi.Output[str]
    """The one role that may call it, besides its owner."""
    definition: pulumi.Output[str]
    """The function as PostgreSQL shows it."""
    owner: pulumi.Output[str]
    """Role that owns it: the superuser who made it."""

    def __init__(
        self,
        name: str,
        *,
        database: pulumi.Input[str],
        executor: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the function in *database*, callable by *executor*."""
        properties = {"database": database, "executor": executor, "definition": None, "owner": None}
        super().__init__("factory:postgres:LookupFunction", name, properties, opts)


class AccessList(pulumi.CustomResource):
    """Who may do what with one database, its schema `public` and its lookup function: exactly this, nothing else.

    `grants` holds, for each of `database`, `schema` and `function`, the roles and their rights; `PUBLIC` stands for
    everybody, and the right `OWNER` for owning the object. Import id: the name of the database. Deleting it leaves
    the rights as they are.
    """

    database: pulumi.Output[str]
    """Database whose access list this is."""
    grants: pulumi.Output[Mapping[str, Mapping[str, Sequence[str]]]]
    """Kind of object, role, rights."""

    def __init__(
        self,
        name: str,
        *,
        database: pulumi.Input[str],
        grants: pulumi.Input[Mapping[str, Mapping[str, Sequence[str]]]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the exact list of *database*."""
        super().__init__("factory:postgres:AccessList", name, {"database": database, "grants": grants}, opts)


class LoginRole(pulumi.CustomResource):
    """A role that logs in with a password and makes other roles, and can do nothing else by itself.

    What it is a member of is left alone, so a change of its password costs it no right. A refresh sees a password
    that somebody changed on the server, though not what it is. Import id: the name of the role. Deleting it drops the
    role, which fails while something belongs to it.
    """

    name: pulumi.Output[str]
    """Name of the role."""
    password: pulumi.Output[str]
    """Its password, secret."""
    attributes: pulumi.Output[str]
    """What the role may do by itself, and settings that somebody gave it."""

    def __init__(
        self,
        name: str,
        *,
        role: pulumi.Input[str],
        password: pulumi.Output[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare *role* with *password*, printable ASCII, which becomes a secret."""
        sealed: pulumi.Output[str] = pulumi.Output.secret(password)
        properties = {"name": role, "password": sealed, "attributes": None}
        secret = pulumi.ResourceOptions(additional_secret_outputs=["password"])
        super().__init__(
            "factory:postgres:LoginRole", name, properties, pulumi.ResourceOptions.merge(opts or secret, secret)
        )


class HostLayer(pulumi.CustomResource):
    """One thing that one machine is given, for example its resolver: a layer of `hosts/layers`.

    Reading it asks the machine, so a refresh shows what somebody changed there. Deleting it leaves the machine as it
    is, unless the layer can be taken away. It is not imported: declared on a machine that is as it says, it changes
    nothing there.
    """

    layer: pulumi.Output[str]
    """Name of the layer."""
    given: pulumi.Output[Mapping[str, str]]
    """Values that others made for it: passwords, certificates."""
    pending: pulumi.Output[Sequence[str]]
    """Operations that would change something; empty when the machine is as declared."""
    differences: pulumi.Output[Mapping[str, str]]
    """File → what would change in it, secrets masked."""
    digest: pulumi.Output[str]
    """Digest of the layer's code and settings."""
    gives: pulumi.Output[Mapping[str, str]]
    """What it gives to others, as far as that is no secret."""
    gives_secret: pulumi.Output[Mapping[str, str]]
    """The secret rest of it."""

    def __init__(  # noqa: PLR0913  # one argument for each input
        self,
        name: str,
        *,
        host: Mapping[str, str | int],
        layer: str,
        settings: Mapping[str, object],
        given: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare *layer* on *host*, told *settings* as the layer's own model says."""
        outputs = dict.fromkeys(("pending", "differences", "digest", "gives", "gives_secret"))
        properties = {"host": host, "layer": layer, "settings": settings, "given": given, **outputs}
        secret = pulumi.ResourceOptions(additional_secret_outputs=["gives_secret"])
        super().__init__("factory:hosts:Layer", name, properties, pulumi.ResourceOptions.merge(opts or secret, secret))
