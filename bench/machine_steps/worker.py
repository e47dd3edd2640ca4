"""Our worker with the steps as its only layer: `python -m bench.machine_steps.worker`."""

from bench.machine_steps.layer import LAYER
from hosts.worker.serve import serve

if __name__ == "__main__":
    serve([LAYER])
