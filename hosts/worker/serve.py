"""Serve the given layers over standard input and output."""

import logging
import os
import signal
import sys
from collections.abc import Sequence

from hosts.layers.order import AnyLayer
from hosts.worker.said import KeepErrors
from hosts.worker.serving import Serving
from hosts.worker.state_of_the_host import follow_the_host


def serve(layers: Sequence[AnyLayer]) -> None:
    """Serve until standard input ends; whatever else prints goes to standard error."""
    # Ctrl-C reaches the whole group of processes; who started us says when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logger = logging.getLogger("pyinfra")
    logger.addHandler(KeepErrors())
    logger.propagate = False
    follow_the_host()
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as output:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        Serving(layers, output=output).serve(sys.stdin)
