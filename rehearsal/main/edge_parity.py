"""The parity table's part about the edge."""

import importlib.metadata
from collections.abc import Iterator

from rehearsal.main.edge import Edge
from rehearsal.parity import PartUsed
from rehearsal.parts import GITEA, VAULT, plugin

CLOUDS = ("cloudflare", "ovh", "google")


def edge_parity(edge: Edge) -> Iterator[PartUsed]:
    """Return the lines: production, what stood for it here, and whether that is the same thing."""
    vault, gitea = edge.vault.release, edge.gitea.release
    yield PartUsed(
        name="Vault", production=VAULT.version, used=f"{vault} ({edge.vault.origin})", same=vault == VAULT.version
    )
    yield PartUsed(
        name="Gitea of the edge", production=GITEA.version, used=f"{gitea} ({edge.gitea.origin})",
        same=gitea == GITEA.version,
    )  # fmt: skip
    yield PartUsed(
        name="tokens of workflows", production="Gitea signs them", used="stand-in: a key of the rehearsal", same=False
    )
    yield PartUsed(
        name="Kubernetes' token review", production="the cluster's API", used="stand-in: known tokens", same=False
    )
    for name, part in edge.plugins.items():
        yield PartUsed(
            name=f"provider {name} of the edge",
            production=f"official plugin {plugin(name).version}",
            used=f"{part.origin} {importlib.metadata.version(f'pulumi-{name}')}",
            same="official" in part.origin,
        )
    for cloud in CLOUDS:
        declared = getattr(edge.intended, cloud) is not None
        yield PartUsed(
            name=cloud.capitalize(), production="its API" if declared else "not declared",
            used="double: a strict server of the rehearsal" if declared else "not declared", same=not declared,
        )  # fmt: skip
    wanted, found = ([app.instance for app in each.apps] for each in (edge.intended, edge.settings))
    yield PartUsed(
        name="applications of the edge", production=", ".join(wanted), used=", ".join(found), same=wanted == found
    )
    yield PartUsed(
        name="settings of the edge", production="Pulumi.main.yaml",
        used="Pulumi.main.yaml, addresses and authorities replaced", same=True,
    )  # fmt: skip
