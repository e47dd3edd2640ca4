"""Thing: cert-manager, the issuer that asks the lab's authority, and the wildcard certificate."""

import base64
import json
from typing import Annotated, Self

import pydantic

from hosts.cluster.coredns import Domain
from hosts.cluster.helm_chart import Chart, helm_chart
from hosts.cluster.kubernetes_object import Json, KubernetesObject, kubernetes_object
from hosts.cluster.namespace import namespace
from hosts.cluster.secret import secret
from hosts.layer import Given
from hosts.model import Model

NAMESPACE = "cert-manager"
ISSUER = "step-issuer"
PROVISIONER = "step-issuer-provisioner"
WILDCARD = "wildcard-tls"
"""Secret with the certificate, where the ingress reads it."""
INGRESS_NAMESPACE = "kube-system"
LONGEST_HOURS = 24
"""What the authority gives at most, unless it is told otherwise."""


class CertManager(Model):
    """What is issued, by whom, and for how long."""

    chart: Chart
    """cert-manager itself."""
    issuer_chart: Chart
    """The issuer."""
    domain: Domain
    """The lab's domain; the certificate is for all names right below it."""
    authority: Annotated[str, pydantic.StringConstraints(pattern=r"^https://[^\s'\"]+$")]
    """Where the lab's authority answers."""
    provisioner: Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    """Name of the authority's JWK provisioner."""
    hours: Annotated[int, pydantic.Field(gt=1, le=LONGEST_HOURS)] = LONGEST_HOURS
    """Life of the certificate; cert-manager would ask for 90 days, which the authority refuses."""
    renew_hours: Annotated[int, pydantic.Field(gt=0)] = 8
    """How long before its end it is renewed."""

    @pydantic.model_validator(mode="after")
    def _renewed_in_its_life(self) -> Self:
        if self.renew_hours >= self.hours:
            raise ValueError(
                f"renew_hours: expected less than hours ({self.hours}), for example 8, found {self.renew_hours}"
            )
        return self


def render_cert_manager(manager: CertManager, given: Given) -> list[KubernetesObject]:
    """Return both charts, the issuer with its password, and the wildcard certificate."""
    provisioner = json.loads(given["provisioner"])
    issuer: Json = {
        "url": manager.authority,
        "caBundle": base64.b64encode(given["root_certificate"].encode()).decode(),
        "provisioner": {
            "name": manager.provisioner,
            "kid": str(provisioner["kid"]),
            "passwordRef": {"name": PROVISIONER, "key": "password", "namespace": NAMESPACE},
        },
    }
    certificate: Json = {
        "secretName": WILDCARD,
        "dnsNames": [manager.domain, f"*.{manager.domain}"],
        "duration": f"{manager.hours}h0m0s",
        "renewBefore": f"{manager.renew_hours}h0m0s",
        "issuerRef": {"group": "certmanager.step.sm", "kind": "StepClusterIssuer", "name": ISSUER},
    }
    return [
        namespace(NAMESPACE),
        helm_chart("cert-manager", chart=manager.chart, namespace=NAMESPACE, values={"crds": {"enabled": True}}),
        secret(PROVISIONER, namespace=NAMESPACE, values={"password": given["provisioner_password"]}),
        helm_chart("step-issuer", chart=manager.issuer_chart, namespace=NAMESPACE, values={}),
        kubernetes_object("StepClusterIssuer", version="certmanager.step.sm/v1beta1", name=ISSUER, spec=issuer),
        kubernetes_object(
            "Certificate", version="cert-manager.io/v1", name="wildcard", namespace=INGRESS_NAMESPACE,
            spec=certificate,
        ),
    ]  # fmt: skip
