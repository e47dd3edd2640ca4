"""Secrets of a resource."""

import pulumi


def sealed(value: pulumi.Output[str] | None) -> pulumi.Output[str] | None:
    """Return *value* as a secret."""
    return None if value is None else pulumi.Output.secret(value)


def with_secrets(opts: pulumi.ResourceOptions | None, *outputs: str) -> pulumi.ResourceOptions:
    """Return *opts* with *outputs* kept secret."""
    secret = pulumi.ResourceOptions(additional_secret_outputs=[*outputs])
    return pulumi.ResourceOptions.merge(opts or secret, secret)
