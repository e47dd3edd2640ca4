"""Operation: the data folder of PostgreSQL, made whole or not at all."""

from collections.abc import Generator

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationValueError
from pyinfra.api.operation import operation
from pyinfra.context import host
from pyinfra.facts.server import Command

ACCOUNT = 999
"""Number of the server's account in the image."""

# Made beside its place and moved there when it is complete and on the disk. The image makes it in its place: after a
# power cut meanwhile it would take the half for a whole, and never start.
_MAKE = """
set -eu
folder=$1 image=$2
half=$folder/data.half
docker rm --force postgres-initdb >/dev/null 2>&1 || true
rm -rf -- "$half"
install -d -m 700 -o ACCOUNT -g ACCOUNT -- "$half"
docker run --rm --name postgres-initdb --network none --user ACCOUNT:ACCOUNT --volume "$half:/cluster" \\
    --entrypoint initdb "$image" --pgdata=/cluster --username=postgres --auth=reject --data-checksums \\
    --encoding=UTF8 --locale=C.UTF-8 --no-instructions >/dev/null
sync -f -- "$half"
mv -T -- "$half" "$folder/data"
sync -f -- "$folder"
""".replace("ACCOUNT", str(ACCOUNT))


@operation()
def made_cluster(*, folder: str, image: str) -> Generator[StringCommand, None, None]:
    """Make the databases of a new server where there are none; a folder with anything else in it is left as it is.

    No password is set: until one is, only the server's own account gets in. Texts are ordered by C.UTF-8, an order that
    no new system library changes.

    + folder: absolute path of an existing folder; `data` in it is the server's
    + image: what the server will run from
    """
    if not folder.startswith("/") or image.startswith("-"):
        raise OperationValueError(f"folder: expected an absolute path, for example /srv/postgres, found {folder!r}")
    version = QuoteString(f"{folder}/data/PG_VERSION")
    question = StringCommand("if [ -s", version, "]; then echo made; else echo missing; fi")
    if host.get_fact(Command, question.get_raw_value()) == "made":
        host.noop(f"{folder}/data holds databases")
        return
    yield StringCommand("sh -c", QuoteString(_MAKE), "make", QuoteString(folder), QuoteString(image))
