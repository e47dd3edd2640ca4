"""All that was found, and what should have been."""

import dataclasses
import datetime as dt
from collections.abc import Mapping

from ops.recover_assess.cluster_answer import ClusterAnswer
from ops.recover_assess.host_answer import HostAnswer
from provider.vault_seal.seal_case import SealCase


@dataclasses.dataclass(frozen=True, kw_only=True)
class LabFound:
    """The lab at one moment; only what was asked counts, nothing is taken for granted."""

    asked_at: dt.datetime
    """When."""
    hosts: Mapping[str, HostAnswer | str]
    """Host → its answer, or why there is none."""
    cluster: ClusterAnswer | None
    """None where its first server does not answer."""
    vault: SealCase | str | None
    """How Vault and its keys are, or why that is not known; None where the settings name no Vault."""
    dump: bool
    """Whether a dump of the volume objects lies here."""

    authority: str
    """Host that is to have the active certificate authority."""
    foundations: str
    """Host that is to have the databases and the forge."""
    server: str
    """Host that is to serve the cluster."""
    databases: frozenset[str]
    """Databases that are to be there."""
    addresses: Mapping[str, str]
    """Host → its address."""

    @property
    def answering(self) -> Mapping[str, HostAnswer]:
        """Hosts that answer."""
        return {name: found for name, found in self.hosts.items() if isinstance(found, HostAnswer)}

    @property
    def silent(self) -> Mapping[str, str]:
        """Hosts that do not → why."""
        return {name: found for name, found in self.hosts.items() if isinstance(found, str)}
