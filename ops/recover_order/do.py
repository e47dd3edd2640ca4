"""Do what opens a gate."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from hosts.inventory import Machine
from hosts.worker.machines import Machines
from ops.recover_assess.cluster_answer import HELD
from ops.recover_order.step import Deed
from ops.vault_keys.chosen_vault import chosen_vault
from provider.factory_error import FactoryError
from stacks.hosts_settings import HostsSettings

_SECONDS: Final = 120
# The count is written down before it becomes 0, and taken away after it is what it was: a cut in between is continued.
_HOLD: Final = f"""set -eu
for one in $(k3s kubectl --namespace "$1" get deployments --output=name); do
  count=$(k3s kubectl --namespace "$1" get "$one" --output='jsonpath={{.spec.replicas}}')
  [ "$count" != 0 ] || continue
  k3s kubectl --namespace "$1" annotate "$one" --overwrite {HELD}="$count" >/dev/null
  k3s kubectl --namespace "$1" scale "$one" --replicas=0 >/dev/null
done
"""
_RELEASE: Final = f"""set -eu
for one in $(k3s kubectl --namespace "$1" get deployments --output=name); do
  count=$(k3s kubectl --namespace "$1" get "$one" --output='jsonpath={{.metadata.annotations.{HELD}}}')
  [ -n "$count" ] || continue
  k3s kubectl --namespace "$1" scale "$one" --replicas="$count" >/dev/null
  k3s kubectl --namespace "$1" annotate "$one" {HELD}- >/dev/null
done
"""
_RESTART: Final = 'set -eu\nk3s kubectl --namespace "$1" rollout restart deployment >/dev/null\n'
_LOG_IN: Final = """set -eu
k3s kubectl --namespace "$1" get deployments --output=name | grep vault-secrets-operator |
  xargs -r k3s kubectl --namespace "$1" rollout restart >/dev/null
"""
SCRIPTS: Final[Mapping[Literal["hold", "release", "restart", "log in"], str]] = {
    "hold": _HOLD, "release": _RELEASE, "restart": _RESTART, "log in": _LOG_IN,
}  # fmt: skip


def do(deed: Deed, settings: HostsSettings, machines: Machines, *, folder: Path) -> None:
    """Do *deed*: on Vault with the kept shares, on all else by the first server of the cluster.

    Raises:
        FactoryError: it was refused.

    """
    if deed.kind == "unseal":
        chosen_vault(folder, ca_file=None).seal.unseal()
        return
    server = settings.host(settings.roles.servers[0])
    command = shlex.join(["sh", "-c", SCRIPTS[deed.kind], "recover", deed.space])
    finished = machines.connected(Machine.model_validate(server.connection)).run(command, stdin=None, timeout=_SECONDS)
    if finished.code:
        raise FactoryError(f"{deed}: {finished.err.decode(errors='replace').strip()[-500:]}")
