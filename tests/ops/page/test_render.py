"""Content in, one document out."""

import re

from ops.official.event_log import Document, EngineName, PropertyChange, Step
from ops.page.of_plan import plan_of
from ops.page.render import render
from tests.ops.page.example import EVIL, example

STACK = "urn:pulumi:lab::factory::pulumi:pulumi:Stack::factory-lab"
ROLE = "urn:pulumi:lab::factory::factory:postgres:AppDatabase$postgresql:index/role:Role::shop"


def test_nothing_comes_from_elsewhere() -> None:
    """The document names no other address, and forbids the browser to fetch any."""
    page = render(example())

    assert not re.findall(r'(?:src|href)="(?!#)', page)
    assert "url(" not in page
    assert "default-src 'none'" in page


def test_text_cannot_become_markup() -> None:
    """What a check found is shown, not run."""
    assert EVIL not in render(example())


def test_plan_shows_what_loses_an_object_first() -> None:
    """Steps that change nothing are counted only; components above a resource are named."""
    document = Document(
        engine=EngineName(name="embedded", version="3.260.0"), project="factory", stack="lab", verb="up",
        result="succeeded", counts={"create": 1, "replace": 1, "same": 7}, diagnostics=[], outputs={}, seconds=1.0,
        steps=[
            Step(op="create", urn=STACK, type="pulumi:pulumi:Stack"),
            Step(op="same", urn=ROLE + "-2", type="postgresql:index/role:Role"),
            Step(op="create", urn=ROLE, type="postgresql:index/role:Role"),
            Step(
                op="replace", urn=ROLE + "-3", type="postgresql:index/role:Role",
                diff={"name": PropertyChange(kind="update-replace", input=True)},
            ),
        ],
    )  # fmt: skip

    plan = plan_of(document, title="lab, first")
    assert [(change.op, change.name, change.path) for change in plan.changes] == [
        ("replace", "shop-3", ["AppDatabase"]),
        ("create", "shop", ["AppDatabase"]),
    ]
    assert plan.changes[0].details == ["~ name  (forces replacement)"]
    assert plan.summary == "1 create, 1 replace; 7 unchanged; 1.0 s; succeeded"
