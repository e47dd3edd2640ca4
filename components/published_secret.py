"""One credential in its two homes."""

import dataclasses

import pulumi

from components.vault_paths import KV1, KV2, VaultPaths, below
from provider.gitea_resources.actions_secret import ActionsSecret
from provider.vault_resources.kv_secret import KvSecret

ENGINES = {KV1: 1, KV2: 2}


@dataclasses.dataclass(frozen=True, kw_only=True)
class PublishedValue:
    """One value of a credential."""

    secret_name: str
    """Name under which workflows find it."""
    value: pulumi.Output[str]
    """The value; it becomes a secret."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class PublishedSecretArgs:
    """A credential, and where it goes."""

    place: str
    """Where workflows find it on Gitea: `organisation` or `organisation/repository`."""
    path: str
    """Where Vault keeps it: below `kvv1/` or `kvv2/`."""
    values: dict[str, PublishedValue]
    """Field in Vault → value."""
    paths: VaultPaths
    """Where Vault's engines are."""


class PublishedSecret(pulumi.ComponentResource):
    """A credential in Vault, which is its source of truth, and as secrets of Actions, which workflows read.

    Nothing else publishes credentials. A refresh sees whatever is changed or deleted in Vault, and a secret of Actions
    that is deleted, or deleted and made again. Another value written over one of Actions is not told by Gitea: for that
    `provider/gitea/digest_step.py` makes a step of a workflow that prints the digest which the state holds.
    """

    digests: dict[str, pulumi.Output[str]]
    """Name of the secret of Actions → its salted digest, secret: what the step prints while the value is ours."""

    def __init__(self, name: str, args: PublishedSecretArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the secret in Vault, then one of Actions for each value."""
        engine = _engine(args)
        super().__init__("factory:edge:PublishedSecret", name, {"place": args.place, "path": args.path}, opts)
        child = pulumi.ResourceOptions(parent=self)

        kept = KvSecret(
            name,
            mount=args.paths.kv1 if engine == KV1 else args.paths.kv2,
            path=below(args.path, f"{engine}/"),
            values={field: published.value for field, published in args.values.items()},
            version=ENGINES[engine],
            opts=child,
        )
        # What Vault, the source of truth, does not have is not given to workflows either.
        second = pulumi.ResourceOptions(parent=self, depends_on=[kept])
        given = [
            ActionsSecret(
                f"{name}-{field}",
                place=args.place,
                name=published.secret_name,
                value=published.value,
                description=f"{field} of {args.path} in Vault",
                opts=second,
            )
            for field, published in args.values.items()
        ]

        names = [published.secret_name for published in args.values.values()]
        self.digests = {name: secret.digest for name, secret in zip(names, given, strict=True)}
        self.register_outputs({"digests": self.digests})


def _engine(args: PublishedSecretArgs) -> str:
    """Return the engine that the path names; two values in one place would overwrite each other at every run."""
    engine = args.path.partition("/")[0]
    if engine not in ENGINES:
        known = " or ".join(f"{known}/" for known in ENGINES)
        raise ValueError(f"expected a path below {known}, found {args.path}")
    names = [published.secret_name for published in args.values.values()]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"expected another name for each value of {args.path}, found {', '.join(twice)} twice")
    return engine
