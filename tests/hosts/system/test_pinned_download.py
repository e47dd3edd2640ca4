"""Programs from a server: verified before they are moved into place, put right when they were changed."""

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hosts.artefact import Artefact
from hosts.operations.pinned_download import pinned_download
from hosts.worker.errors import WorkerError
from hosts.worker.layer_work import Outcome
from rehearsal.machines.machines import Machines
from tests.hosts.system.tried_machine import TriedMachine

pytestmark = pytest.mark.slow

PROGRAM = b"#!/bin/sh\necho hello\n"
DIGEST = hashlib.sha256(PROGRAM).hexdigest()
PLACE = "/usr/local/bin/tried"


@pytest.fixture
def server(lab: Machines, tmp_path: Path) -> Iterator[str]:
    """Serve a program inside the lab."""
    (tmp_path / "program").write_bytes(PROGRAM)
    with tarfile.open(tmp_path / "archive", "w:gz") as archive:
        entry = tarfile.TarInfo("tried_1.0/bin/tried")
        entry.size = len(PROGRAM)
        archive.addfile(entry, io.BytesIO(PROGRAM))
    with lab.inside():
        server = ThreadingHTTPServer((lab.gateway, 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://{lab.gateway}:{server.server_port}"
    server.shutdown()
    server.server_close()


def install(url: str, *, sha256: str = DIGEST) -> None:
    """Declare the program."""
    pinned_download(
        name="Install step", pin="step-cli", dest=PLACE, instead=Artefact(url=f"{url}/program", sha256=sha256)
    )


@pytest.mark.usefixtures("with_base")
def test_program_is_verified_installed_and_put_right(host: TriedMachine, server: str) -> None:
    """The program runs; another one, a changed and a removed one are replaced; what is right is not fetched again."""
    assert host.done(lambda: install(server)) == ("Install step",)
    assert host.run(PLACE) == "hello\n"
    assert host.run(f"stat -c '%a %U' {PLACE}") == "755 root\n"
    assert host.asked(lambda: install(f"{server}/no-such-folder")).pending == ()

    for drift in (
        f"echo '# changed' >> {PLACE}",
        f"chmod 777 {PLACE}",
        f"rm {PLACE}",
        "rm -r /var/lib/factory/programs",
    ):
        host.run(drift)
        assert host.done(lambda: install(server)) == ("Install step",)
        assert host.run(PLACE) == "hello\n"


@pytest.mark.usefixtures("with_base")
def test_program_is_taken_out_of_its_archive(host: TriedMachine, server: str, tmp_path: Path) -> None:
    """The checksum is that of the archive, and what is put into place is its member; it is known again."""
    digest = hashlib.sha256((tmp_path / "archive").read_bytes()).hexdigest()
    archive = Artefact(url=f"{server}/archive", sha256=digest, member="tried_1.0/bin/tried")

    def declare() -> None:
        pinned_download(name="Install step", pin="step-cli", dest=PLACE, instead=archive)

    assert host.done(declare) == ("Install step",)
    assert host.run(PLACE) == "hello\n"
    assert host.asked(declare).pending == ()


@pytest.mark.usefixtures("with_base")
def test_other_content_is_never_moved_into_place(host: TriedMachine, server: str) -> None:
    """A download with another digest fails, and the program that is there stays what it was."""
    host.done(lambda: install(server))

    with pytest.raises(WorkerError, match=f"expected sha256 {'0' * 64}, found {DIGEST}"):
        host.done(lambda: install(server, sha256="0" * 64))

    assert host.run(PLACE) == "hello\n"
    assert host.run("ls -A /usr/local/bin") == "tried\n"


@pytest.mark.usefixtures("with_base")
def test_open_pin_is_refused_with_the_command_that_fills_it(host: TriedMachine, with_base: Outcome) -> None:
    """Without a checksum nothing is downloaded."""
    del with_base
    with pytest.raises(
        WorkerError, match=r"k3s .* expected a checksum, found an open pin: run `./factory pins update k3s"
    ):
        host.done(lambda: pinned_download(name="Install k3s", pin="k3s", dest="/usr/local/bin/k3s"))
