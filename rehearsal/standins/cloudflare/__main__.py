"""Serve the stand-in as a plugin process; it says the version of the official package."""

import importlib.metadata
import sys
from pathlib import Path

from pulumi.provider.experimental.server import main

# An engine starts the folder, not the package: the checkout's root is not on the path.
sys.path[0] = str(Path(__file__).resolve().parents[3])

from rehearsal.standins.cloudflare.provider import CloudflareProvider  # noqa: E402 - needs the path set above

if __name__ == "__main__":
    main(sys.argv[1:], importlib.metadata.version("pulumi-cloudflare"), CloudflareProvider())
