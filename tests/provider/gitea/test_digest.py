"""The digest of a secret, and the workflow's step that prints it."""

import subprocess

import pytest
import yaml

from provider.gitea.digest_step import digest_command, digest_step
from provider.gitea.secret_digest import secret_digest

VALUE = "of several\nlines, with 'quotes' and $VARIABLES"


def test_digest_is_salted() -> None:
    """The same value has another digest each time, and the same with the same salt."""
    first, second = secret_digest(VALUE), secret_digest(VALUE)

    assert first != second
    assert secret_digest(VALUE, first.split(":")[1]) == first
    assert secret_digest("another", first.split(":")[1]) != first
    assert VALUE not in first


@pytest.mark.parametrize(("held", "same"), [(VALUE, True), ("another", False), (VALUE + "\n", False)])
def test_step_prints_the_digest(held: str, *, same: bool) -> None:
    """What a job prints equals the digest exactly while the secret has the value."""
    digest = secret_digest(VALUE)

    said = subprocess.run(
        ["/bin/sh", "-c", digest_command(digest)],
        env={"VALUE": held, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert (said.stdout.strip() == digest) is same
    assert held not in said.stdout + said.stderr


def test_step_is_yaml() -> None:
    """The step reads the secret from the environment, and holds neither value nor digest."""
    digest = secret_digest(VALUE)

    (step,) = yaml.safe_load(digest_step("FORGE_TOKEN", digest))

    assert step["env"] == {"VALUE": "${{ secrets.FORGE_TOKEN }}"}
    assert step["run"].strip() == digest_command(digest)
    assert digest.split(":")[2] not in step["run"]
