"""Two rehearsals at the same time."""

import json
import os
import subprocess
import sys

import pytest

from rehearsal.bring_up import CHECKOUT
from rehearsal.servers.own_folder import own_folder
from tests.rehearsal.leftovers import processes_in


@pytest.mark.long  # minutes for what others show in part: two labs of machines at once, ports that are free
def test_two_rehearsals_do_not_meet() -> None:
    """Both pass, both reports are whole, and nothing is left of either."""
    with own_folder() as place:
        (place / "tmp").mkdir(mode=0o711)
        environment = {**os.environ, "TMPDIR": str(place / "tmp"), "CI": "true"}
        module = [
            sys.executable,
            "-P",
            "-m",
            "ops",
            "rehearse",
            "--no-machines",
            "--no-edge",
            "--engine",
            "embedded",
            "--report",
        ]
        both = [
            subprocess.Popen(
                [*module, place / name], cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True,
            )
            for name in ("one", "two")
        ]  # fmt: skip
        output = [each.communicate()[0] for each in both]
        reports = [json.loads((place / name / "report.json").read_text(encoding="utf-8")) for name in ("one", "two")]

        assert [each.returncode for each in both] == [0, 0], "\n".join(output)
        assert [report["verdict"] for report in reports] == ["passed", "passed"]
        assert processes_in(place) == []
        assert list((place / "tmp").iterdir()) == []
