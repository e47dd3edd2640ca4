"""A token of an account at Cloudflare."""

from collections.abc import Sequence

import pulumi


class ApiToken(pulumi.CustomResource):
    """A token that belongs to an account, the only one of its name there; permissions and zones are given by name.

    The value is told once, so a token of this name that is not in the state is removed before one is made. A refresh
    sees changed rights, conditions, an end, a token that is disabled, renamed or removed, a value that was renewed,
    and a second token of this name. Import id: `ACCOUNT_ID/NAME`; the next run then makes another token, for nobody
    knows the value of an imported one. Deleting it revokes it.
    """

    account_id: pulumi.Output[str]
    """Account that it belongs to."""
    name: pulumi.Output[str]
    """Its name; the provider lets it exist once."""
    account_permissions: pulumi.Output[Sequence[str]]
    """Names of permissions on the account."""
    zone_permissions: pulumi.Output[Sequence[str]]
    """Names of permissions on each of the zones."""
    zones: pulumi.Output[Sequence[str]]
    """Names of zones of the account."""
    bucket_permissions: pulumi.Output[Sequence[str]]
    """Names of permissions on each of the buckets."""
    buckets: pulumi.Output[Sequence[str]]
    """Names of buckets of R2, without a jurisdiction."""
    status: pulumi.Output[str]
    """Always `active` after a run."""
    expires_on: pulumi.Output[str]
    """When it dies; always empty after a run."""
    not_before: pulumi.Output[str]
    """When it begins to live; always empty after a run."""
    condition: pulumi.Output[str]
    """Whence it may be used, as JSON; always empty after a run."""
    other_rights: pulumi.Output[Sequence[str]]
    """What it may do besides; always empty after a run."""
    value_works: pulumi.Output[bool]
    """Whether Cloudflare knows the value; always true after a run."""
    renamed_to: pulumi.Output[str]
    """Another name that it has; always empty after a run."""
    copies: pulumi.Output[int]
    """How many there are with this name; always one after a run."""
    token_id: pulumi.Output[str]
    """Id of the token, access key of S3 as well."""
    value: pulumi.Output[str]
    """The token itself, secret."""

    def __init__(  # noqa: PLR0913 - one argument for each input
        self,
        resource_name: str,
        *,
        account_id: pulumi.Input[str],
        name: pulumi.Input[str],
        account_permissions: Sequence[str] = (),
        zone_permissions: Sequence[str] = (),
        zones: Sequence[str] = (),
        bucket_permissions: Sequence[str] = (),
        buckets: Sequence[str] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the token; the order of the names means nothing."""
        outputs = dict.fromkeys(
            (
                "status", "expires_on", "not_before", "condition", "other_rights", "value_works", "renamed_to",
                "copies", "token_id", "value",
            )
        )  # fmt: skip
        properties = {
            "account_id": account_id, "name": name, "account_permissions": [*account_permissions],
            "zone_permissions": [*zone_permissions], "zones": [*zones],
            "bucket_permissions": [*bucket_permissions], "buckets": [*buckets], **outputs,
        }  # fmt: skip
        secret = pulumi.ResourceOptions(additional_secret_outputs=["value"])
        super().__init__(
            "factory:cloudflare:ApiToken",
            resource_name,
            properties,
            pulumi.ResourceOptions.merge(opts or secret, secret),
        )
