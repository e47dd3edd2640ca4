"""A plan that waits for its review, as a page."""

from ops.gate.plan import Plan, PlannedStep, Property
from ops.page.of_gate_plan import content_of
from ops.page.render import render

URN = "urn:pulumi:lab::factory::factory:postgres:AppDatabase$postgresql:index/role:Role::"


def _plan(*faults: str) -> Plan:
    changed = Property(path="login", kind="update", before="true", after="[secret]", settled=True, mark="m")
    steps = [
        PlannedStep(op="update", urn=f"{URN}shop", type="postgresql:index/role:Role", properties=[changed]),
        PlannedStep(op="delete", urn=f"{URN}old", type="postgresql:index/role:Role"),
    ]
    return Plan(
        project="factory", stack="lab", engine="embedded 1", review="org/factory#12", digest="" if faults else "g1-abc",
        parts={}, steps=steps, counts={"update": 1, "delete": 1, "same": 7}, pending=[], faults=faults, seconds=1.25,
    )  # fmt: skip


def test_dangerous_steps_come_first() -> None:
    """A delete stands before an update; the verdict says how many are lost, and the digest; a secret stays one."""
    content = content_of(_plan())
    (shown,) = content.plans

    assert [(each.op, each.name, each.dangerous) for each in shown.changes] == [
        ("delete", "old", True), ("update", "shop", False)
    ]  # fmt: skip
    assert shown.changes[1].details == ["~ login: true → [secret]"]
    assert shown.summary == "1 delete, 1 update; 7 unchanged; 1.2 s"
    assert (content.verdict, content.good) == ("2 to change, 1 deleted or replaced; digest g1-abc", True)
    assert "g1-abc" in render(content)


def test_faults_are_the_verdict() -> None:
    """A plan with faults has no digest, and the page says which."""
    content = content_of(_plan("no such role"))

    assert not content.good
    assert [(each.name, each.word) for each in content.verdicts] == [("no such role", "failed")]


def test_the_verdict_of_what_is_harmless_and_of_what_is_half_done() -> None:
    """A plan that changes nothing says so; one with operations half done says how many, and is not good."""
    calm = _plan().model_copy(update={"steps": []})
    half = _plan().model_copy(update={"pending": ["creating shop"]})

    assert content_of(calm).verdict == "nothing to change; digest g1-abc"
    assert content_of(half).verdict == "2 to change, 1 deleted or replaced, 1 half done; digest g1-abc"
    assert not content_of(half).good
