"""Layer, done on a server for one agent: ready, uncordoned if the cordon is ours, volumes healthy."""

from hosts.k3s.node_operations import after_exchange, answering_api
from hosts.layer import Given, Layer
from hosts.layers.k3s_drain import K3sDrain


def deploy_k3s_return(back: K3sDrain, given: Given) -> None:
    """Wait for the node and let it take work again."""
    del given
    answering_api(name="Wait for the API of the cluster")
    after_exchange(name=f"Wait until {back.node} is ready", node=back.node, wanted=back.version, step="ready")
    after_exchange(
        name=f"Uncordon {back.node} and wait for healthy volumes", node=back.node, wanted=back.version, step="uncordon"
    )


LAYER = Layer(name="k3s_return", settings=K3sDrain, deploy=deploy_k3s_return, needs=("k3s_agent",))
