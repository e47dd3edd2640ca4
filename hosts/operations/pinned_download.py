"""Operation: a program that is downloaded, verified and only then moved into place."""

from collections.abc import Generator

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationValueError
from pyinfra.api.operation import operation
from pyinfra.context import host, state

from hosts.artefact import Artefact
from hosts.differences import record_difference
from hosts.facts.installed_program import RECORDS, InstalledProgram
from hosts.pin import Architecture, Program
from hosts.versions import PINS

MODE = "755"

_INSTALL = f"""
set -eu
label=$1 url=$2 sha256=$3 member=$4 dest=$5
folder=$(dirname "$dest")
mkdir -p "$folder" {RECORDS}
got=$(mktemp -d "$folder/.factory.XXXXXX")
trap 'rm -rf "$got"' EXIT
curl --fail --silent --show-error --location --proto '=http,https' --retry 3 --connect-timeout 10 \\
    --speed-limit 1024 --speed-time 30 --output "$got/download" -- "$url"
found=$(sha256sum <"$got/download" | cut -d' ' -f1)
[ "$found" = "$sha256" ] || {{ echo "$url: expected sha256 $sha256, found $found" >&2; exit 1; }}
if [ -z "$member" ]; then mv "$got/download" "$got/program"
else tar -xOzf "$got/download" "$member" >"$got/program"; fi
chown root:root "$got/program"
chmod {MODE} "$got/program"
program=$(sha256sum <"$got/program" | cut -d' ' -f1)
sync
mv -fT -- "$got/program" "$dest"
echo "$sha256 $program" >{RECORDS}/.$label
mv -fT -- {RECORDS}/.$label "{RECORDS}/$label"
"""


@operation()
def pinned_download(*, pin: str, dest: str, instead: Artefact | None = None) -> Generator[StringCommand, None, None]:
    """Install the program of a pin, for the processor of the host; one that was changed since is installed again.

    + pin: name of a program in `hosts.versions`
    + dest: absolute path of the program
    + instead: what stands for it in a rehearsal
    """
    program = PINS.get(pin)
    if not isinstance(program, Program):
        raise OperationValueError(f"pin: expected the name of a program in hosts/versions.py, found {pin!r}")
    if not dest.startswith("/") or dest.endswith("/"):
        raise OperationValueError(f"dest: expected an absolute path, for example /usr/local/bin/{pin}, found {dest!r}")
    found = host.get_fact(InstalledProgram, dest=dest, label=pin)
    url, sha256, member = _wanted(pin, program, instead=instead, architecture=found.architecture)
    if found.downloaded == sha256 and found.mode == MODE:
        host.noop(f"{dest} is {pin} {program.version}")
        return
    if not state.is_executing:
        now = "nothing" if found.sha256 is None else f"sha256 {found.sha256[:16]}, mode {found.mode}"
        record_difference(dest, text=f"{dest}: {now} → {pin} {program.version} for {found.architecture}")
    yield StringCommand(
        *("sh -c", QuoteString(_INSTALL), "install", QuoteString(pin), QuoteString(url)),
        *(sha256, QuoteString(member), QuoteString(dest)),
    )


def _wanted(
    pin: str, program: Program, *, instead: Artefact | None, architecture: Architecture
) -> tuple[str, str, str]:
    """Return address, digest and member; the last is empty where the download is the program."""
    if instead is not None:
        return instead.url, instead.sha256, instead.member or ""
    file = program.file(architecture)
    if file.sha256 is None:
        raise OperationValueError(
            f"{pin} {program.version} for {architecture}: expected a checksum, found an open pin: "
            f"run `./factory pins update {pin}`"
        )
    return file.url, file.sha256, file.member or ""
