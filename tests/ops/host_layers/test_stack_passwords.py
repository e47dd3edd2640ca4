"""The passwords of the stack, out of its exported state."""

import json

import pytest
from pydantic import JsonValue

from ops.host_layers.stack_passwords import NoExportError, stack_passwords
from stacks.hosts import PASSWORDS

NAMES = sorted({name for given in PASSWORDS.values() for name in given.values()})
KIND = "random:index/randomPassword:RandomPassword"


def _export(names: list[str], *, shown: bool = True) -> str:
    def result(name: str) -> JsonValue:
        mark = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
        return {**mark, "plaintext": json.dumps(f"word-of-{name}")} if shown else {**mark, "ciphertext": "v1:x"}

    resources: list[JsonValue] = [{"urn": "urn:pulumi:hosts::factory::pulumi:pulumi:Stack::s", "type": "p:p:Stack"}]
    resources += [
        {"urn": f"urn:pulumi:hosts::factory::{KIND}::{name}", "type": KIND, "outputs": {"result": result(name)}}
        for name in names
    ]
    return json.dumps({"version": 3, "deployment": {"resources": resources}})


def test_passwords_are_taken_by_name() -> None:
    """Each password that a layer is given is there under its name; others are left."""
    assert stack_passwords(_export([*NAMES, "another"])) == {name: f"word-of-{name}" for name in NAMES}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "expected the output of `pulumi stack export --stack hosts --show-secrets` on standard input"),
        (_export(NAMES, shown=False), "expected the output of `pulumi stack export"),
        (_export(NAMES[1:]), f"found none called {NAMES[0]}"),
    ],
    ids=["nothing", "not shown", "one missing"],
)
def test_what_is_no_export_is_refused(given: str, said: str) -> None:
    """Something else is refused with what helps, and with nothing of what was given."""
    with pytest.raises(NoExportError, match=said) as refused:
        stack_passwords(given)

    assert "word-of" not in str(refused.value)
