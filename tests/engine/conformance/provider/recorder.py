"""The list of calls a provider got."""

import json
import os
from pathlib import Path

from google.protobuf import json_format, message

LEFT_OUT = frozenset(
    {
        "randomSeed",  # another one in each run
        "resourceStatusAddress",  # a port of this run
        "resourceStatusToken",  # made at random
    }
)


class Recorder:
    """Append each call as one JSON line to a file that several provider processes share."""

    def __init__(self, path: Path) -> None:
        """Write to *path*."""
        self._path = path
        self._configured_as: dict[str, str] = {}

    def identify(self, urn: str, *, provider_id: str) -> None:
        """Remember which provider resource this process serves; each later call is recorded with it."""
        self._configured_as = {"provider": f"{urn}::{provider_id}"}

    def record(self, method: str, request: message.Message) -> None:
        """Write one call, as it arrived on the wire; empty fields are left out."""
        arrived = json_format.MessageToDict(request)
        fields = {key: value for key, value in arrived.items() if key not in LEFT_OUT}
        line = json.dumps({"method": method, **self._configured_as, **fields}, sort_keys=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode() + b"\n")
        finally:
            os.close(descriptor)
