"""Secret inputs reach a provider that takes none in plain, and come back marked under the same name only."""

from pulumi import Output, export

from tests.engine.conformance.things import Thing


def _declare(password: str) -> None:
    secret = Output.secret(password)
    settings = {"user": "u", "password": secret, "list": ["plain", secret]}
    first = Thing("first", {"value": secret, "settings": settings})
    Thing("second", {"value": first.echo, "other": Output.concat("pre-", secret)})
    export("secret", secret)
    export("echo", first.echo)
    export("nested", {"inner": secret})


def main() -> None:
    """Declare the resources with one password."""
    _declare("s3cret")


def changed() -> None:
    """Change the password."""
    _declare("0ther")


def made_public() -> None:
    """Use the same values, no longer secret."""
    first = Thing(
        "first", {"value": "0ther", "settings": {"user": "u", "password": "0ther", "list": ["plain", "0ther"]}}
    )
    Thing("second", {"value": first.echo, "other": Output.concat("pre-", "0ther")})
