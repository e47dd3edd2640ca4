"""A page with something of everything."""

from ops.page.content import Bar, Change, Content, Lane, Plan, Table, Verdict

EVIL = '</script><img src=x onerror="alert(1)">'


def example(*, changes: int = 3) -> Content:
    """Return content with as many *changes* in its plan; the first one deletes."""
    return Content(
        title="Rehearsal",
        verdict="failed: dns",
        good=False,
        lanes=[
            Lane(name="postgres", bars=[Bar(name="first up", began=100.0, seconds=2.0)]),
            Lane(name="pi1", bars=[Bar(name="base", began=101.0, seconds=3.0, failed=True)]),
        ],
        plans=[
            Plan(
                title="postgres, first",
                summary="3 create; 0 unchanged",
                changes=[
                    Change(
                        op="delete" if number == 0 else "create",
                        type="postgresql:index/role:Role",
                        name=f"app-{number}",
                        path=["AppDatabase"],
                        dangerous=number == 0,
                        details=["~ login"] if number == 1 else [],
                    )
                    for number in range(changes)
                ],
            )
        ],
        verdicts=[
            Verdict(name="dns", word="failed", text=f"expected an answer, found {EVIL}", seconds=1.5),
            Verdict(name="second up changes nothing", word="passed", text="", seconds=0.5),
        ],
        tables=[Table(title="Parity", columns=["part", "same"], rows=[["k3s", "no"]])],
    )
