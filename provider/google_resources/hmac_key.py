"""A key for the S3-compatible API of Google's storage."""

import pulumi


class HmacKey(pulumi.CustomResource):
    """The only key of a service account for the S3-compatible API of Google's storage.

    Google keeps no name for such a key, so every other key of the account is removed: one account, one key. The secret
    is told once. A refresh sees a key that is gone, one that was disabled, and one beside it; a run puts that right.
    It cannot be imported.
    """

    service_account: pulumi.Output[str]
    """E-mail address of the account."""
    access_id: pulumi.Output[str]
    """Id of the key, the "access key" of S3."""
    secret: pulumi.Output[str]
    """Secret of the key, secret."""
    state: pulumi.Output[str]
    """Whether it works; always ACTIVE after a run."""
    keys: pulumi.Output[int]
    """How many the account has; always one after a run."""
    created: pulumi.Output[str]
    """When it was made."""

    def __init__(
        self, name: str, *, service_account: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Declare the key of *service_account*."""
        outputs = dict.fromkeys(("access_id", "secret", "state", "keys", "created"))
        secret = pulumi.ResourceOptions(additional_secret_outputs=["secret"])
        super().__init__(
            "factory:google:HmacKey",
            name,
            {"service_account": service_account, **outputs},
            pulumi.ResourceOptions.merge(opts or secret, secret),
        )
