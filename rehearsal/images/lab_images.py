"""The images that the machines of a rehearsal ask for."""

from collections.abc import Callable, Mapping

from hosts.pin import Image as PinnedImage
from hosts.versions import PINS
from rehearsal.images.act_runner.recipe import act_runner_image
from rehearsal.images.gitea.recipe import gitea_image
from rehearsal.images.image import Image
from rehearsal.images.job.recipe import job_image
from rehearsal.images.pgbouncer.recipe import pgbouncer_image
from rehearsal.images.pihole.recipe import pihole_image
from rehearsal.images.postgres.recipe import postgres_image

RECIPES: Mapping[str, Callable[[str], Image]] = {
    "postgres": postgres_image,
    "pgbouncer": pgbouncer_image,
    "gitea": gitea_image,
    "pihole": pihole_image,
    "act_runner": act_runner_image,
    "job": job_image,
}
"""Name of the pin → the stand-in with the tag that production has."""


def lab_image(name: str) -> Image:
    """Return the stand-in for the image that is pinned under *name*.

    Raises:
        ValueError: the recipe is for another image than the pin's.

    """
    pin = PINS[name]
    if not isinstance(pin, PinnedImage):
        raise TypeError(f"{name}: expected a pin of an image")
    image = RECIPES[name](pin.version)
    if image.name != pin.name:
        raise ValueError(f"{name}: expected a stand-in for {pin.name}, found one for {image.name}")
    return image
