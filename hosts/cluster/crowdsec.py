"""Thing: CrowdSec, and the middleware by which Traefik asks it."""

from hosts.cluster.helm_chart import Chart, helm_chart
from hosts.cluster.kubernetes_object import Json, KubernetesObject, kubernetes_object
from hosts.cluster.namespace import namespace
from hosts.cluster.secret import secret
from hosts.cluster.traefik import BOUNCER
from hosts.layer import Given
from hosts.model import Model

NAMESPACE = "tools"
BOUNCER_KEY = "crowdsec-bouncer"
SERVICE = "crowdsec-service"
"""What the chart calls the way to CrowdSec's decisions, for a release of the name `crowdsec`."""
PORT = 8080


class Crowdsec(Model):
    """What it reads."""

    chart: Chart
    """Its chart."""


def render_crowdsec(crowdsec: Crowdsec, given: Given) -> list[KubernetesObject]:
    """Return the chart, the key of the bouncer, and the middleware that a route names to be guarded."""
    key = {"secretKeyRef": {"name": BOUNCER_KEY, "key": "key"}}
    bouncer: Json = {
        "enabled": True,
        # Decisions are fetched once a minute: a request waits for nobody.
        "crowdsecMode": "stream",
        "crowdsecLapiScheme": "http",
        "crowdsecLapiHost": f"{SERVICE}.{NAMESPACE}.svc.cluster.local:{PORT}",
        # Traefik reads it in the Secret of that name beside the middleware.
        "crowdsecLapiKey": f"urn:k8s:secret:{BOUNCER_KEY}:key",
    }
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
        kubernetes_object(
            "Middleware", version="traefik.io/v1alpha1", name="crowdsec", namespace=NAMESPACE,
            spec={"plugin": {BOUNCER: bouncer}},
        ),
    ]  # fmt: skip
