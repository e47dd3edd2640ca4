"""A secret of KV 1 or KV 2."""

from collections.abc import Mapping

import pulumi

from provider.gitea_resources.sealed import with_secrets


class KvSecret(pulumi.CustomResource):
    """A secret of KV 1 or KV 2 with exactly these fields.

    A refresh reads the values: it sees one that was changed, a field that was added, a secret or a newest version that
    was deleted, an engine that is gone. Deleting it deletes all its versions. Import id: `mount/path`.
    """

    mount: pulumi.Output[str]
    """Engine."""
    path: pulumi.Output[str]
    """Path in the engine, as `vault kv get` takes it."""
    values: pulumi.Output[Mapping[str, str]]
    """Field → value, secret."""
    version: pulumi.Output[int]
    """1 or 2: which KV the engine is."""

    def __init__(  # noqa: PLR0913 - one argument for each input
        self,
        name: str,
        *,
        mount: pulumi.Input[str],
        path: pulumi.Input[str],
        values: Mapping[str, pulumi.Input[str]],
        version: pulumi.Input[int],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the secret; *values* become one."""
        properties = {"mount": mount, "path": path, "values": pulumi.Output.secret(values), "version": version}
        super().__init__("factory:vault:KvSecret", name, properties, with_secrets(opts, "values"))
