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
    Published(
        name="longhorn",
        tool="longhorn",
        module="github.com/longhorn/longhorn-manager",
        files="k8s/crds.yaml",
        kinds=("BackupTarget", "RecurringJob"),
    ),
)
OWN = ("ImageUpdater", "StepClusterIssuer", "VaultAuth", "VaultConnection", "VaultStaticSecret")
"""Kinds whose publisher's module cannot be had: their fields are listed here, as their types in Go have them."""


def chart_definitions() -> str:
    """Return them as YAML, those of the publishers first."""
    texts = [text for published in PUBLISHED for text in _texts(published)]
    own = (_image_updater(), _step_cluster_issuer(), _vault_auth(), _vault_connection(), _vault_static_secret())
    return "\n---\n".join([*texts, *map(json.dumps, own)])


def _texts(published: Published) -> Iterator[str]:
    folder = go_source(published.tool, published.module)
    for path in sorted(folder.glob(published.files)):
        # Its chart would put labels there.
        plain = re.sub(r" \{\{.*\}\}", "", path.read_text(encoding="utf-8"))
        for text in plain.removeprefix("---\n").split("\n---\n"):
            if any(f"    kind: {kind}\n" in text for kind in published.kinds):
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


def _vault_auth() -> JsonValue:
    kubernetes = fields(
        role=TEXT, serviceAccount=TEXT, audiences={"type": "array", "items": TEXT},
        tokenExpirationSeconds={"type": "integer", "minimum": 600, "default": 600},
    )  # fmt: skip
    spec = fields(
        vaultConnectionRef=TEXT, namespace=TEXT, allowedNamespaces={"type": "array", "items": TEXT}, mount=TEXT,
        method={"type": "string", "enum": ["kubernetes", "jwt", "appRole", "aws", "gcp"]}, kubernetes=kubernetes,
    )  # fmt: skip
    return definition(
        "VaultAuth", group="secrets.hashicorp.com", version="v1beta1", scope="Namespaced", parts={"spec": spec}
    )


def _vault_static_secret() -> JsonValue:
    template = fields(("text",), name=TEXT, text=TEXT)
    lists: JsonValue = {"type": "array", "items": TEXT}
    transformation = fields(
        excludeRaw={"type": "boolean"}, excludes=lists, includes=lists,
        templates={"type": "object", "additionalProperties": template},
    )  # fmt: skip
    destination = fields(
        ("name",), name=TEXT, create={"type": "boolean", "default": False},
        overwrite={"type": "boolean", "default": False}, type=TEXT, transformation=transformation,
    )  # fmt: skip
    spec = fields(
        ("destination", "mount", "path", "type"), vaultAuthRef=TEXT, namespace=TEXT, mount=TEXT, path=TEXT,
        type={"type": "string", "enum": ["kv-v1", "kv-v2"]}, version={"type": "integer", "minimum": 0},
        refreshAfter={"type": "string", "pattern": r"^([0-9]+(\.[0-9]+)?(s|m|h))$"},
        hmacSecretData={"type": "boolean", "default": True}, destination=destination,
    )  # fmt: skip
    return definition(
        "VaultStaticSecret", group="secrets.hashicorp.com", version="v1beta1", scope="Namespaced", parts={"spec": spec}
    )


def _vault_connection() -> JsonValue:
    spec = fields(
        ("address",), address=TEXT, headers={"type": "object", "additionalProperties": TEXT}, tlsServerName=TEXT,
        caCertSecretRef=TEXT, caCertPath=TEXT, skipTLSVerify={"type": "boolean"}, timeout=TEXT,
    )  # fmt: skip
    return definition(
        "VaultConnection", group="secrets.hashicorp.com", version="v1beta1", scope="Namespaced", parts={"spec": spec}
    )
