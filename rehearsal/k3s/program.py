"""The stand-in for k3s, assembled into one file that a machine can run."""

import io
import json
import zipfile
from pathlib import Path

from rehearsal import k3s_program
from rehearsal.go_source import go_source
from rehearsal.k3s.chart_definitions import chart_definitions
from rehearsal.k3s.definitions import definitions
from rehearsal.k3s_program.told import FILE, Told
from rehearsal.part import Part, find_part
from rehearsal.parts import KINE, KUBERNETES, KWOK

PARTS = (KUBERNETES, KINE, KWOK)
"""What it is made of; each reaches the machines without their layers' doing."""
START = b"from rehearsal.k3s_program.main import main\n\nmain()\n"
SHEBANG = b"#!/usr/bin/python3\n"
PACKAGE = "rehearsal/k3s_program"
WHEN = (1980, 1, 1, 0, 0, 0)
"""The same files give the same digest."""
STAGES = (
    "node/fast/node-initialize.yaml", "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
    "pod/fast/pod-ready.yaml", "pod/fast/pod-complete.yaml", "pod/fast/pod-delete.yaml",
)  # fmt: skip


def part_programs() -> dict[str, Path]:
    """Return name → program of the parts, built where they are missing."""
    return {part.program: _program(part) for part in PARTS}


def _program(part: Part) -> Path:
    return find_part(part).path


def assemble_k3s(*, version: str, parts: str) -> bytes:
    """Return the program that says it is *version*, and finds its parts in the folder *parts*."""
    # Nothing installs charts on the machines: what they would define is there from the start.
    defined = f"{definitions()}\n---\n{chart_definitions()}"
    told = Told(version=f"v{version}", parts=parts, stages=_stages(), definitions=defined)
    files = {
        "__main__.py": START,
        "rehearsal/__init__.py": b"",
        f"{PACKAGE}/{FILE}": json.dumps(told._asdict()).encode(),
    }
    for path in sorted(Path(k3s_program.__file__).parent.glob("*.py")):
        files[f"{PACKAGE}/{path.name}"] = path.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, WHEN), content)
    return SHEBANG + packed.getvalue()


def _stages() -> str:
    """Return how nodes and pods are simulated, as the publisher of the simulation has it."""
    folder = go_source("kwok", "sigs.k8s.io/kwok") / "kustomize/stage"
    return "\n---\n".join((folder / stage).read_text(encoding="utf-8") for stage in STAGES)
