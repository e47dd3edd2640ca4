"""The custom resource definitions that charts bring, for the kinds that the lab writes objects of."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from rehearsal.go_module import TOOLS
from rehearsal.go_source import go_source
from rehearsal.k3s.definition import TEXT, definition, fields


@dataclass(frozen=True, kw_only=True)
class Published:
    """Definitions that lie in their publisher's Go module."""

    name: str
    """In the parity table."""
    tool: str
    """Folder under `rehearsal/tools` that pins the module."""
    module: str
    """The module."""
    files: str
    """Pattern of the files in it."""
    kinds: tuple[str, ...]
    """Those of them that the lab writes objects of."""

    @property
    def version(self) -> str:
        """Version of the module."""
        (found,) = re.findall(
            rf"^require {self.module} (\S+)$", (TOOLS / self.tool / "go.mod").read_text(), re.MULTILINE
        )
        return str(found)


PUBLISHED = (
    Published(
        name="cert-manager",
        tool="cert-manager",
        module="github.com/cert-manager/cert-manager",
        files="deploy/crds/*.yaml",
        kinds=("Certificate",),
    ),
    Published(
        name="Traefik",
        tool="traefik",
        module="github.com/traefik/traefik/v3",
        files="docs/content/reference/dynamic-configuration/traefik.io_*.yaml",
        kinds=("IngressRoute", "Middleware", "ServersTransport", "TLSStore"),
    ),
    Published(
        name="ArgoCD",
        tool="argo-cd",
        module="github.com/argoproj/argo-cd/v3",
        files="manifests/crds/app*-crd.yaml",
        kinds=("AppProject", "Application"),
    ),
)
OWN = ("ImageUpdater", "StepClusterIssuer", "VaultConnection")
"""Kinds whose publisher's module cannot be had: their fields are listed here, as their types in Go have them."""


def chart_definitions() -> str:
    """Return them as YAML, those of the publishers first."""
    texts = [text for published in PUBLISHED for text in _texts(published)]
    own = (_image_updater(), _step_cluster_issuer(), _vault_connection())
    return "\n---\n".join([*texts, *map(json.dumps, own)])


def _texts(published: Published) -> Iterator[str]:
    folder = go_source(published.tool, published.module)
    for path in sorted(folder.glob(published.files)):
        text = path.read_text(encoding="utf-8").removeprefix("---\n")
        if any(f"kind: {kind}\n" in text for kind in published.kinds):
            yield text


def _image_updater() -> JsonValue:
    # Of an image, which applications say of themselves here, only that it has the two fields that it must have.
    image = fields(("alias", "imageName"), alias=TEXT, imageName=TEXT)
    labels = fields(matchLabels={"type": "object", "additionalProperties": TEXT})
    settings = fields(
        allowTags=TEXT, forceUpdate={"type": "boolean"}, ignoreTags={"type": "array", "items": TEXT},
        platforms={"type": "array", "items": TEXT}, pullSecret=TEXT, updateStrategy=TEXT,
    )  # fmt: skip
    application = fields(
        ("namePattern",), namePattern=TEXT, labelSelectors=labels, useAnnotations={"type": "boolean"},
        commonUpdateSettings=settings, images={"type": "array", "minItems": 1, "items": image},
    )  # fmt: skip
    spec = fields(
        ("applicationRefs",), commonUpdateSettings=settings,
        applicationRefs={"type": "array", "minItems": 1, "items": application},
    )  # fmt: skip
    return definition(
        "ImageUpdater",
        group="argocd-image-updater.argoproj.io",
        version="v1alpha1",
        scope="Namespaced",
        parts={"spec": spec},
    )


def _step_cluster_issuer() -> JsonValue:
    password = fields(("name", "namespace"), name=TEXT, namespace=TEXT, key=TEXT)
    provisioner = fields(("name", "kid"), name=TEXT, kid=TEXT, passwordRef=password)
    bundle: JsonValue = {"type": "string", "format": "byte"}
    spec = fields(("url", "provisioner", "caBundle"), url=TEXT, provisioner=provisioner, caBundle=bundle)
    return definition(
        "StepClusterIssuer", group="certmanager.step.sm", version="v1beta1", scope="Cluster", parts={"spec": spec}
    )


def _vault_connection() -> JsonValue:
    spec = fields(
        ("address",), address=TEXT, headers={"type": "object", "additionalProperties": TEXT}, tlsServerName=TEXT,
        caCertSecretRef=TEXT, caCertPath=TEXT, skipTLSVerify={"type": "boolean"}, timeout=TEXT,
    )  # fmt: skip
    return definition(
        "VaultConnection", group="secrets.hashicorp.com", version="v1beta1", scope="Namespaced", parts={"spec": spec}
    )
