"""The command line of k3s, as far as the layers use it."""

import os
import sys

from rehearsal.k3s_program.agent import join
from rehearsal.k3s_program.api import CACHE
from rehearsal.k3s_program.places import KUBECONFIG
from rehearsal.k3s_program.say import fail
from rehearsal.k3s_program.server import serve
from rehearsal.k3s_program.told import told


def main() -> None:
    """Do what the words say."""
    words = sys.argv[1:]
    verb = words[0] if words else ""
    if verb in {"--version", "-v"}:
        sys.stdout.write(f"k3s version {told().version} (stand-in)\ngo version of the parts\n")
    elif verb == "server":
        serve()
    elif verb == "agent":
        join()
    elif verb == "kubectl":
        os.environ.setdefault("KUBECONFIG", str(KUBECONFIG))
        os.environ.setdefault("KUBECACHEDIR", CACHE)
        program = told().part("kubernetes")
        os.execv(program, [program, *words])  # noqa: S606 - the words are kubectl's own
    else:
        fail(f"expected server, agent, kubectl or --version, found {verb!r}")
