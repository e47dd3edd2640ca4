"""The worker with the layers of the tests: `python -m tests.hosts.demo_worker`."""

from hosts.worker.serve import serve
from tests.hosts.demo_layers import DEMO_LAYERS

if __name__ == "__main__":
    serve(DEMO_LAYERS)
