"""The provider `factory` with the layers of the tests, as a plugin process."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[4])

from provider.by_area import ByArea  # noqa: E402 - needs the path set above
from provider.factory_provider import FactoryProvider  # noqa: E402 - needs the path set above
from provider.hosts.engine_log import EngineLog  # noqa: E402 - needs the path set above
from provider.hosts.host_layers import HostLayers  # noqa: E402 - needs the path set above
from provider.hosts.worker_process import WorkerProcess  # noqa: E402 - needs the path set above
from provider.serve import engine_address, serve  # noqa: E402 - needs the path set above

WORKER = (sys.executable, "-m", "tests.hosts.demo_worker")

if __name__ == "__main__":
    layers = HostLayers(WorkerProcess(WORKER), EngineLog(engine_address()))
    serve(ByArea(FactoryProvider(), layers), version="0.1.0")
