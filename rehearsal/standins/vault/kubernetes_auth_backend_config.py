"""`vault:kubernetes/authBackendConfig:AuthBackendConfig`."""

from collections.abc import Mapping
from typing import ClassVar

from rehearsal.standins.plain import Properties
from rehearsal.standins.resource_kind import Property
from rehearsal.standins.vault.kept_object import KeptObject


class KubernetesAuthBackendConfig(KeptObject):
    """Where the cluster is. The token for asking it cannot be read back."""

    token = "vault:kubernetes/authBackendConfig:AuthBackendConfig"  # noqa: S105 - the name of a type
    place = "auth/{backend}/config"
    untold = frozenset({"tokenReviewerJwt"})
    properties: ClassVar[Mapping[str, Property]] = {
        "backend": Property(type=str, default="kubernetes", replaces=True),
        "disableIssValidation": Property(type=bool, computed=True),
        "disableLocalCaJwt": Property(type=bool, computed=True),
        "issuer": Property(type=str),
        "kubernetesCaCert": Property(type=str, computed=True),
        "kubernetesHost": Property(type=str, required=True),
        "pemKeys": Property(type=list),
        "tokenReviewerJwt": Property(type=str, secret=True),
    }

    def delete(self, identity: str, state: Properties) -> None:
        """Forget it, as the official one does: it goes with the mount."""
