"""Operation: an image that is made on the host."""

from collections.abc import Generator

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.operation import operation
from pyinfra.context import host

from hosts.facts.image_there import ImageThere


@operation()
def built_image(*, tag: str, folder: str) -> Generator[StringCommand, None, None]:
    """Make an image from the recipe in a folder, unless one of that name is there.

    + tag: name that changes when the recipe or what it copies does
    + folder: holds `Dockerfile` and what it copies
    """
    if host.get_fact(ImageThere, tag=tag):
        host.noop(f"{tag} is there")
        return
    yield StringCommand("docker build --quiet --tag", QuoteString(tag), QuoteString(folder), ">/dev/null")
