"""Operation: a manifest in k3s's own folder, and its objects in the cluster."""

from collections.abc import Generator

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.operation import OperationMeta, operation
from pyinfra.context import host, state

from hosts.differences import record_difference
from hosts.facts.applied_objects import DIFFERENCES, AppliedObjects
from hosts.operations.placed_file import placed_file

FOLDER = "/var/lib/rancher/k3s/server/manifests"
PATIENCE = 900
"""Seconds until every object is there: a chart brings its kinds only after its images were pulled."""
OWN_TIME = 30
"""Seconds in which k3s applies a new file by itself."""
APPLY = f"""
ends=$(($(date +%s) + $2)); from=$(($(date +%s) + $3))
until said=$({DIFFERENCES} "$1" 2>&1); do
  now=$(date +%s)
  if [ "$now" -ge "$ends" ]; then printf '%s\\n' "$said" >&2; exit 1; fi
  if [ "$now" -ge "$from" ]; then
    k3s kubectl apply --server-side --force-conflicts --filename "$1" >/dev/null 2>&1 || true
  fi
  sleep 1
done
"""
"""Waits; what k3s leaves as it is, for it looks at files and not at objects, is applied."""


def manifest_file(thing: str) -> str:
    """Return the place of the manifest of *thing*."""
    # k3s names an object of its own for the file, and the API takes no underscore in a name.
    return f"{FOLDER}/factory-{thing.replace('_', '-')}.yaml"


def applied_manifest(*, thing: str, text: str) -> OperationMeta:
    """Declare that the manifest lies in k3s's folder and that its objects are in the cluster as it says.

    + thing: what it gives the cluster; the file is named for it
    + text: the manifest, which may hold secrets
    """
    placed = placed_file(
        name=f"Place the manifest of {thing}", text=text, dest=manifest_file(thing), mode="600", secret=True
    )
    _applied_objects(name=f"Have the cluster as the manifest of {thing} says", thing=thing, placed=placed)
    return placed


@operation()
def _applied_objects(*, thing: str, placed: OperationMeta) -> Generator[StringCommand, None, None]:
    path = manifest_file(thing)
    changed = placed.did_change() if state.is_executing else placed.will_change
    if not changed:
        answer = host.get_fact(AppliedObjects, path=path)
        if not answer:
            host.noop(f"the objects of {thing} are as declared")
            return
        if not state.is_executing:
            lines = [answer] if isinstance(answer, str) else answer
            record_difference(path, text="\n".join(f"{line}: not as declared" for line in lines))
    own_time = OWN_TIME if changed else 0
    yield StringCommand("sh -c", QuoteString(APPLY), "apply", QuoteString(path), str(PATIENCE), str(own_time))
