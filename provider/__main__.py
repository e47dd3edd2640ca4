"""Serve the provider `factory` as a plugin process."""

import sys
from pathlib import Path

# An engine starts the folder, not the package: without this, its files would be modules of their own.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from provider.by_area import ByArea  # noqa: E402 - needs the path set above
from provider.factory_provider import FactoryProvider  # noqa: E402 - needs the path set above
from provider.hosts.engine_log import EngineLog  # noqa: E402 - needs the path set above
from provider.hosts.host_layers import HostLayers  # noqa: E402 - needs the path set above
from provider.hosts.worker_process import WorkerProcess  # noqa: E402 - needs the path set above
from provider.serve import engine_address, serve  # noqa: E402 - needs the path set above

if __name__ == "__main__":
    layers = HostLayers(WorkerProcess(), EngineLog(engine_address()))
    serve(ByArea(FactoryProvider(), layers), version="0.1.0")
