"""Serve the provider `factory` as a plugin process."""

import sys
from pathlib import Path

# An engine starts the folder, not the package: without this, its files would be modules of their own.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from provider.factory_provider import FactoryProvider  # noqa: E402 - needs the path set above
from provider.serve import serve  # noqa: E402 - needs the path set above

if __name__ == "__main__":
    serve(FactoryProvider(), version="0.1.0")
