"""Layer: CrowdSec, which reads what Traefik writes."""

from hosts.cluster.crowdsec import Crowdsec, render_crowdsec
from hosts.cluster.manifest_layer import manifest_layer
from hosts.layer import Value

LAYER = manifest_layer(
    "crowdsec",
    settings=Crowdsec,
    render=render_crowdsec,
    needs=("k3s", "traefik"),
    given={"bouncer_key": Value(meaning="what the bouncer shows CrowdSec", secret=True)},
    pins=("crowdsec-chart",),
)
