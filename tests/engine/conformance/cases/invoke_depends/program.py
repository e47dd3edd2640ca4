"""An invoke with unknown arguments, or with an unresolved dependency, is not called; a later resource waits for it."""

from pulumi import InvokeOptions, InvokeOutputOptions, Output, export
from pulumi.runtime import invoke, invoke_output

from tests.engine.conformance.things import Thing


def _found(result: dict[str, str]) -> str:
    return result["result"]


def main() -> None:
    """Look up plainly, from an output, and after a resource."""
    plain = invoke("simple:index:lookup", {"key": "plain"}, InvokeOptions()).value
    first = Thing("first", {"value": plain["result"]})
    by_argument = invoke_output("simple:index:lookup", {"key": first.token})
    second = Thing("second", {"value": by_argument.apply(_found)})
    after = invoke_output("simple:index:lookup", {"key": "after"}, InvokeOutputOptions(depends_on=[second]))
    Thing("third", {"value": after.apply(_found)})
    secret = invoke_output("simple:index:lookup", {"key": Output.secret("hidden")})
    export("secret", secret.apply(_found))
    export("after", after)
