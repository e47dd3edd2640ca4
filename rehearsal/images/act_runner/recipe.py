"""The recipe of the stand-in for act_runner."""

from pathlib import Path

from rehearsal.images.image import Brought, Image

NAME = "docker.io/gitea/act_runner"
PROGRAM = Path(__file__).with_name("act_runner.py")


def act_runner_image(tag: str) -> Image:
    """Return a small program that speaks act_runner's protocol with Gitea, and does the `run:` steps of a job.

    It starts no container for a job, knows no action, no expression and no cache.
    """
    return Image(
        name=NAME,
        tag=tag,
        origin="an own program that speaks its protocol: `run:` steps only, inside its own container",
        packages=("diffutils", "python3", "python3-yaml"),
        brought=[Brought(source=PROGRAM, target="/usr/local/bin/act_runner", mode=0o755)],
        entrypoint=["act_runner"],
        folder="/data",
    )
