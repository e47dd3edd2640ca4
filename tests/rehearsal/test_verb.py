"""The verb `rehearse`, where it does not get as far as a server."""

import os
import subprocess
import sys

import pytest

from rehearsal.bring_up import CHECKOUT


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--engine", "pulumi"], 3, "expected a program pulumi on PATH, found none"),
        (["--providers", "official"], 3, "expected provider postgresql 3.18.2, found none in"),
        (["--providers", "mine"], 2, "'mine' is not one of"),
        (["--program", "/nowhere"], 2, "/nowhere"),
        (["--no-cluster", "--upgrades"], 2, "expected --upgrades with a cluster, found --no-cluster"),
    ],
)
def test_missing_things_and_wrong_words(words: list[str], code: int, said: str) -> None:
    """What is missing ends with 3 and its name, a wrong word with 2; nothing was started."""
    environment = {**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "COLUMNS": "200", "HOME": "/nonexistent"}

    done = subprocess.run(
        [sys.executable, "-P", "-m", "ops", "rehearse", "--no-machines", *words], cwd=CHECKOUT, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == code
    assert said in done.stderr
