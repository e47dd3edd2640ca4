"""A Vault that serves."""

from collections.abc import Sequence

import pulumi


class Unsealed(pulumi.CustomResource):
    """A Vault that has keys, is unsealed, and whose key file lies on this machine.

    Vault is initialised exactly once; one whose key file is in its place already is taken as it is. A refresh sees a
    sealed Vault, and the next run unseals it. Shares and tokens are no property: state, plan and log never have them.
    """

    url: pulumi.Output[str]
    """Address of the Vault."""
    ca: pulumi.Output[str | None]
    """Whom its certificate is trusted by, as PEM text; `None` means the system."""
    key_file: pulumi.Output[str]
    """Where the shares are, on the machine that runs this."""
    shares: pulumi.Output[float]
    """How many shares there are."""
    threshold: pulumi.Output[float]
    """How many of them open it."""
    recipients: pulumi.Output[Sequence[str]]
    """PGP public keys that the shares are encrypted to; empty when they are in plain."""
    initialized: pulumi.Output[bool]
    """Whether it has keys; always true after a run."""
    sealed: pulumi.Output[bool]
    """Whether it waits for shares; always false after a run."""
    keys: pulumi.Output[str]
    """How the key file is; always `kept` after a run."""
    cluster: pulumi.Output[str]
    """The Vault's own id, which stands beside the key file too."""
    version: pulumi.Output[str]
    """Version of the server."""

    def __init__(  # noqa: PLR0913 - one argument for each input
        self,
        resource_name: str,
        *,
        url: pulumi.Input[str],
        key_file: pulumi.Input[str],
        ca: pulumi.Input[str] | None = None,
        shares: pulumi.Input[int] | None = None,
        threshold: pulumi.Input[int] | None = None,
        recipients: pulumi.Input[Sequence[str]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare it; without numbers there is one share, which opens it."""
        outputs = dict.fromkeys(("initialized", "sealed", "keys", "cluster", "version"))
        properties = {
            "url": url, "key_file": key_file, "ca": ca, "shares": shares, "threshold": threshold,
            "recipients": recipients, **outputs,
        }  # fmt: skip
        super().__init__("factory:vault:Unsealed", resource_name, properties, opts)
