"""Thing: CrowdSec, and the middleware by which Traefik asks it."""

from hosts.cluster.helm_chart import Chart, helm_chart
from hosts.cluster.kubernetes_object import Json, KubernetesObject
from hosts.cluster.namespace import namespace
from hosts.cluster.secret import secret
from hosts.layer import Given
from hosts.model import Model

NAMESPACE = "tools"
BOUNCER_KEY = "crowdsec-bouncer"


class Crowdsec(Model):
    """What it reads."""

    chart: Chart
    """Its chart."""


def render_crowdsec(crowdsec: Crowdsec, given: Given) -> list[KubernetesObject]:
    """Return the chart and the key of the bouncer."""
    key = {"secretKeyRef": {"name": BOUNCER_KEY, "key": "key"}}
    values: Json = {
        "container_runtime": "containerd",
        "agent": {
            "acquisition": [{"namespace": "kube-system", "podName": "traefik-*", "program": "traefik"}],
            "env": [{"name": "COLLECTIONS", "value": "crowdsecurity/traefik"}],
        },
        "lapi": {"env": [{"name": "BOUNCER_KEY_traefik", "valueFrom": key}]},
    }
    return [
        namespace(NAMESPACE),
        secret(BOUNCER_KEY, namespace=NAMESPACE, values={"key": given["bouncer_key"]}),
        helm_chart("crowdsec", chart=crowdsec.chart, namespace=NAMESPACE, values=values),
    ]
