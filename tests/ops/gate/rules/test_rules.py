"""Each rule of the gate: one bad step with its message, and the good one beside it."""

import pytest
from pydantic import JsonValue

from ops.gate.rules.data_kept import data_kept
from ops.gate.rules.in_own_area import in_own_area
from ops.gate.rules.no_star import no_star
from ops.gate.rules.tokens_not_wider import tokens_not_wider
from ops.gate.waivers import waivers
from tests.ops.gate.step_of import step_of

DATABASE = "postgresql:index/database:Database"
POLICY = "vault:index/policy:Policy"
TOKEN = "factory:cloudflare:ApiToken"  # noqa: S105 -- the name of a type
ERP = (DATABASE, "erp")


@pytest.mark.parametrize("op", ["delete", "replace", "delete-replaced"])
def test_data_is_not_ended(op: str) -> None:
    """A database that is deleted or replaced is refused, with the line that would allow it."""
    (found,) = data_kept([step_of(op, DATABASE, "erp")], allowed=())

    assert found.message == (
        f"{op} ends what holds data. If it is meant, a reviewer who may writes this line in the review: "
        "gate: allow postgresql:index/database:Database erp"
    )


def test_data_with_a_waiver_and_harmless_steps() -> None:
    """The named one may go, another one not; what bears no data and is not protected needs no waiver."""
    steps = [step_of("delete", DATABASE, "erp"), step_of("update", DATABASE, "shop"), step_of("delete", POLICY, "old")]

    assert [*data_kept(steps, allowed={ERP})] == []
    assert len([*data_kept([step_of("delete", DATABASE, "shop")], allowed={ERP})]) == 1
    assert len([*data_kept([step_of("delete", POLICY, "kept", protect=True)], allowed={ERP})]) == 1


def test_only_reviewers_waive() -> None:
    """A waiver counts as a line of its own by somebody who may give one."""
    line = f"gate: allow {DATABASE} erp"

    assert waivers([("ann", f"Fine.\n{line}\n")], reviewers={"ann"}) == {ERP}
    assert waivers([("eve", line)], reviewers={"ann"}) == frozenset()
    assert waivers([("ann", f"never write {line}")], reviewers={"ann"}) == frozenset()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("policy", 'path "*" {\n capabilities = ["read"]\n}'),
        ("policy", 'path "+/*" {}'),
        ("permissions", ["DNS Write", "*"]),
        ("accessRules[0]", {"method": "GET", "path": "*"}),
    ],
)
def test_nothing_grants_everything(path: str, value: JsonValue) -> None:
    """A policy for every path and a right that is a star are refused."""
    (found,) = no_star([step_of("update", POLICY, "erp", changes={path: (None, value)})])

    assert found.message == f"{path} grants everything (*): name the paths or rights that are needed"


def test_a_star_at_the_end_of_a_path() -> None:
    """A path below an application's own, and a star in a text that grants nothing, are fine."""
    own = {"policy": (None, 'path "kvv2/data/erp/*" {\n capabilities = ["read"]\n}'), "comment": (None, "*")}

    assert [*no_star([step_of("create", POLICY, "erp", changes=own)])] == []


def test_a_token_gets_no_more() -> None:
    """One permission more is refused without a waiver; fewer, a new token and a waiver are fine."""
    more = step_of("update", TOKEN, "cms", changes={"permissions": (["Zone Read"], ["Zone Read", "DNS Write"])})
    fewer = step_of("update", TOKEN, "cms", changes={"permissions": (["Zone Read", "DNS Write"], ["Zone Read"])})
    new = step_of("create", TOKEN, "cms", changes={"permissions": (None, ["DNS Write"])})

    (found,) = tokens_not_wider([more, fewer, new], allowed=())

    assert found.message.startswith("permissions gives more rights than before. If it is meant, a reviewer")
    assert [*tokens_not_wider([more], allowed={(TOKEN, "cms")})] == []


def test_a_stack_keeps_to_its_area() -> None:
    """A policy of Vault in the stack of databases is refused, in the stack main it is at home."""
    steps = [step_of("create", POLICY, "erp"), step_of("create", DATABASE, "erp")]

    assert [found.urn for found in in_own_area("postgres", steps)] == [steps[0].urn]
    assert [found.urn for found in in_own_area("main", steps)] == [steps[1].urn]
