"""Runs on a machine of the lab: asks for a name every 100 ms, in two ways, and tells when it got answers.

Usage: python3 name_questions.py NAME ADDRESS. It says `ready`, asks until its standard input ends, then writes one line
of JSON: for the C library with the machine's own resolver options, and for questions straight to the address, each
question as `[when asked, when ended, answered]`.
"""

import json
import random
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable

EVERY = 0.1
PATIENCE = 1.0
TYPE_A = 1
HEADER = struct.Struct(">6H")

Questions = list[tuple[float, float, bool]]


def by_library(name: str, address: str) -> None:
    """Ask as every program of the machine does."""
    del address
    socket.getaddrinfo(name, None, socket.AF_INET)


def straight(name: str, address: str) -> None:
    """Ask the address, as a machine that knows no other would."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    question = HEADER.pack(random.randrange(1 << 16), 1 << 8, 1, 0, 0, 0)  # noqa: S311 - tells questions apart
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(PATIENCE)
        asking.sendto(question + labels + b"\0" + struct.pack(">2H", TYPE_A, 1), (address, 53))
        answer = asking.recv(512)
    if answer[:2] != question[:2] or HEADER.unpack_from(answer)[3] == 0:
        raise OSError


def asked(ask: Callable[[str, str], None], name: str, address: str, answers: Questions) -> None:
    """Ask once and note how it went."""
    begun = time.monotonic()
    try:
        ask(name, address)
    except OSError:
        answers.append((begun, time.monotonic(), False))
    else:
        answers.append((begun, time.monotonic(), True))


def until_told(ended: threading.Event) -> None:
    """Wait for the end of standard input."""
    sys.stdin.read()
    ended.set()


def main(name: str, address: str) -> None:
    """Ask until standard input ends."""
    answers: dict[str, Questions] = {"library": [], "address": []}
    ended = threading.Event()
    threading.Thread(target=until_told, args=(ended,), daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    begun = time.monotonic()
    asking: list[threading.Thread] = []
    while not ended.wait(max(0.0, begun + len(asking) / 2 * EVERY - time.monotonic())):
        for way, ask in (("library", by_library), ("address", straight)):
            asking.append(threading.Thread(target=asked, args=(ask, name, address, answers[way])))
            asking[-1].start()
    for each in asking:
        each.join()
    sys.stdout.write(json.dumps(answers) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
