"""`k3s agent`: this machine's node in the cluster of a server."""

import platform
import subprocess
import time
from typing import NoReturn

from rehearsal.k3s_program.api import Api
from rehearsal.k3s_program.node import run_node
from rehearsal.k3s_program.notify import notify_ready
from rehearsal.k3s_program.places import AGENT
from rehearsal.k3s_program.processes import Processes
from rehearsal.k3s_program.say import fail, say
from rehearsal.k3s_program.settings import read_settings
from rehearsal.k3s_program.tokens import digest, password

BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def join() -> NoReturn:
    """Run until told to end."""
    settings, processes = read_settings(), Processes()
    server = settings.text("server") or fail("--server is required")
    token = settings.secret("token") or fail("--token is required")
    place = server.removeprefix("https://").rstrip("/")
    authority = _authority(place)
    head, _, rest = token.partition("::")
    if rest and head != digest(authority):
        fail("token CA hash does not match the Cluster CA certificate hash")
    api = Api(AGENT / "kubelet.kubeconfig")
    api.write(place.partition(":")[0], authority=authority, token=password(token))
    run_node(api, processes, settings, chip=platform.machine())
    notify_ready()
    while True:
        processes.check()
        time.sleep(1)


def _authority(place: str) -> str:
    """Return the certificate of the authority of the server at *place*, once it answers."""
    while True:
        shown = subprocess.run(
            ["openssl", "s_client", "-showcerts", "-connect", place],  # noqa: S607 - Debian's own
            capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
        ).stdout  # fmt: skip
        blocks = [block.partition(END)[0] for block in shown.split(BEGIN)[1:]]
        if blocks:
            return f"{BEGIN}{blocks[-1]}{END}\n"
        say(f"waiting for https://{place}")
        time.sleep(1)
