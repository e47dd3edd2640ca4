"""How long a browser takes to open the page of a plan and the picture of a stack, with 500 applications.

Run it from the checkout: `.venv/bin/python -m bench.page --applications 500 --pictures build`
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from ops.gate.plan import Plan, PlannedStep, Property
from ops.page.of_gate_plan import content_of
from ops.page.render import render
from ops.resource_graph.families import families, needs
from ops.resource_graph.resource_node import resource_nodes
from ops.resource_graph.svg import svg

BROWSER = "chromium-headless-shell"
STACK = "urn:pulumi:postgres::factory::"
APP = "factory:postgres:AppDatabase"
PARTS = (
    "factory:postgres:AccessList", "factory:postgres:LookupFunction", "postgresql:index/database:Database",
    "postgresql:index/grantRole:GrantRole", "postgresql:index/role:Role",
)  # fmt: skip


def plan(applications: int) -> Plan:
    """Return a plan that makes everything of *applications*."""
    new = Property(path="name", kind="add", before="", after='"app"', settled=True, mark="m")
    steps = [
        PlannedStep(op="create", urn=f"{STACK}{APP}${kind}::app-{number}", type=kind, properties=[new] * 3)
        for number in range(applications)
        for kind in PARTS
    ]
    return Plan(
        project="factory", stack="postgres", engine="embedded", review="", digest="g1-example", parts={}, steps=steps,
        counts={"create": len(steps), "same": 52}, pending=[], faults=[], seconds=12.5,
    )  # fmt: skip


def picture(applications: int) -> str:
    """Return the picture of a stack that holds *applications*."""
    root = f"{STACK}pulumi:pulumi:Stack::factory-postgres"
    resources: list[dict[str, object]] = [{"urn": root, "type": "pulumi:pulumi:Stack"}]
    for number in range(applications):
        app = f"{STACK}{APP}::app-{number}"
        resources.append({"urn": app, "type": APP, "parent": root})
        resources += [
            {"urn": f"{STACK}{APP}${kind}::app-{number}", "type": kind, "parent": app, "custom": True, "protect": True}
            for kind in PARTS
        ]
    nodes = resource_nodes(resources)  # type: ignore[arg-type]  # the values are JSON
    return svg("postgres", families(nodes), needs(nodes))


def main() -> None:
    """Open both, and print how long each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applications", type=int, default=500)
    parser.add_argument("--pictures", type=Path, help="Folder for what the browser showed.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        files = {"page.html": render(content_of(plan(given.applications))), "graph.svg": picture(given.applications)}
        browser = playwright.chromium.launch(executable_path=shutil.which(BROWSER), args=["--no-sandbox"])
        for name, text in files.items():
            file = Path(folder) / name
            file.write_text(text, encoding="utf-8")
            opened = browser.new_page(viewport={"width": 1000, "height": 640})
            began = time.monotonic()
            opened.goto(file.as_uri())
            sys.stdout.write(f"{name}: {len(text) / 1e6:.1f} MB, opened in {time.monotonic() - began:.2f} s\n")
            if given.pictures:
                given.pictures.mkdir(parents=True, exist_ok=True)
                opened.screenshot(path=given.pictures / f"{file.stem}.png")
        browser.close()


if __name__ == "__main__":
    main()
