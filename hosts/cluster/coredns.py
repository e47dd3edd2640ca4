"""Thing: the cluster's own resolver asks the lab's resolvers for the lab's names."""

from typing import Annotated

import pydantic

from hosts.cluster.kubernetes_object import KubernetesObject, kubernetes_object
from hosts.layer import Given
from hosts.model import Model

Domain = Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Address = Annotated[str, pydantic.StringConstraints(pattern=r"^\d{1,3}(\.\d{1,3}){3}$")]


class Coredns(Model):
    """Which names are asked for where."""

    domain: Domain
    """The lab's domain."""
    resolver: Address
    """Address that the lab's two resolvers share."""


def render_coredns(coredns: Coredns, given: Given) -> list[KubernetesObject]:
    """Return the file that k3s's resolver reads besides its own."""
    del given
    # The cache is short: a record of the lab that changed is seen at once.
    block = f"{coredns.domain}:53 {{\n    errors\n    cache 30\n    forward . {coredns.resolver}\n}}\n"
    data = {"lab.server": block}
    return [kubernetes_object("ConfigMap", version="v1", name="coredns-custom", namespace="kube-system", data=data)]
