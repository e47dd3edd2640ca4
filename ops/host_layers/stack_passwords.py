"""The passwords that the stack `hosts` generated, out of its exported state."""

import json
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from stacks.hosts import PASSWORDS

KIND = "random:index/randomPassword:RandomPassword"
_MARK = "4dabf18193072939515e22adb298388d"


class NoExportError(Exception):
    """What was given is no export of the stack; the text says what was expected, never what was found in it."""


def stack_passwords(exported: str) -> Mapping[str, str]:
    """Return name → password of each one that a layer is given, out of `pulumi stack export --show-secrets`.

    Raises:
        NoExportError: it is something else, or its secrets are not shown, or one of them is missing.

    """
    try:
        resources = json.loads(exported)["deployment"]["resources"]
        found = dict(_passwords(resources))
    except (ValueError, KeyError, TypeError) as error:
        raise NoExportError(
            "expected the output of `pulumi stack export --stack hosts --show-secrets` on standard input"
        ) from error
    wanted = {name for given in PASSWORDS.values() for name in given.values()}
    if missing := sorted(wanted - found.keys()):
        raise NoExportError(f"expected the passwords of the stack hosts, found none called {', '.join(missing)}")
    return {name: found[name] for name in sorted(wanted)}


def _passwords(resources: list[dict[str, JsonValue]]) -> Iterator[tuple[str, str]]:
    for resource in resources:
        outputs = resource.get("outputs")
        if resource["type"] == KIND and isinstance(outputs, dict):
            result = outputs["result"]
            if not isinstance(result, dict) or _MARK not in result:
                raise TypeError
            yield str(resource["urn"]).rpartition("::")[2], str(json.loads(str(result["plaintext"])))
