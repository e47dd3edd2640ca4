"""Entry of `python -m hosts.worker`, which the provider starts."""

from hosts.layers.order import LAYERS
from hosts.worker.serve import serve

if __name__ == "__main__":
    serve(LAYERS)
