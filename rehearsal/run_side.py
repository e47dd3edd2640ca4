"""One side of a rehearsal, inside its own process."""

import ctypes
import os
import pickle
import signal
import sys
from multiprocessing.connection import Connection

from rehearsal.interruption import Interrupted, interruption
from rehearsal.sent_show import SentShow

PR_SET_PDEATHSIG = 1


def run_side() -> None:
    """Do the job that comes by standard input; send what it tells and finds to the descriptor of the first argument."""
    with interruption():
        try:
            # Whoever began it may be killed: then nobody would ask this process to clear away.
            ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
            to_beginner = Connection(int(sys.argv[1]), readable=False)
            os.set_inheritable(to_beginner.fileno(), False)  # noqa: FBT003 - it takes no name
            side, folder, wishes = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that began this one
            try:
                found = side(folder, wishes, SentShow(to_beginner.send))
            except Exception as error:  # noqa: BLE001 - raised again by whoever waits for the outcome
                found = error
            to_beginner.send(found)
        except Interrupted as interrupted:
            sys.exit(interrupted.exit_code)
