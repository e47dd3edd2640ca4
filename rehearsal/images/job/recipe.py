"""The recipe of the stand-in for the image in which jobs run."""

from rehearsal.images.image import Image

NAME = "docker.io/library/node"


def job_image(tag: str) -> Image:
    """Return a Debian with what every job needs; the published image has much more."""
    return Image(
        name=NAME,
        tag=tag,
        origin="Debian packages: a shell, Git and curl, no Node.js",
        packages=("ca-certificates", "curl", "git"),
        command=["/bin/bash"],
    )
