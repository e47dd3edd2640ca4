"""What one host says of itself, asked in one question that changes nothing."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from hosts.layers.pki_settings import AUTHORITY, UNIT
from hosts.layers.postgres_facts import CONTAINER, SUPERUSER
from hosts.operations.compose_project import FOLDER

ASK = f"""
data=$1 domain=$2; shift 2
echo failed; systemctl --failed --plain --no-legend | cut -d' ' -f1
echo units; for unit in {UNIT} k3s.service k3s-agent.service; do
  if systemctl cat "$unit" >/dev/null 2>&1; then echo "$unit $(systemctl is-active "$unit")"; fi; done
echo rooms; df --block-size=1 --output=target,size,avail / "$data" 2>/dev/null | tail -n +2
echo mounted; mountpoint --quiet "$data" && echo yes
echo projects; docker ps --all --format '{{{{.Label "com.docker.compose.project"}}}}|{{{{.State}}}}|{{{{.Status}}}}' \\
  2>/dev/null
echo databases; docker exec --user postgres {CONTAINER} psql -XAtq -U {SUPERUSER} -d postgres \\
  -c 'SELECT datname FROM pg_database WHERE NOT datistemplate' 2>/dev/null
echo names; for name in gitea ca; do
  echo "$name $(timeout 10 getent ahostsv4 "$name.$domain" | head -n 1 | cut -d' ' -f1)"; done
echo certificates; for file in {AUTHORITY}/root_ca.crt {AUTHORITY}/intermediate_ca.crt {FOLDER}/*/tls/tls.crt; do
  if [ -e "$file" ]; then echo "$file $(date +%s -d "$(openssl x509 -noout -enddate -in "$file" | cut -d= -f2)")"; fi
done
echo replicas; ls "$data/longhorn/replicas" 2>/dev/null
echo end
"""  # noqa: S608 - constants of ours alone, and no database is asked from here
"""Its arguments are the folder of the data and the domain."""
_PARTS = ("failed", "units", "rooms", "mounted", "projects", "databases", "names", "certificates", "replicas", "end")
_HEALTH = {"(unhealthy)": "unhealthy", "(healthy)": "healthy", "(health: starting)": "starting"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Room:
    """One file system."""

    size: int
    free: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostAnswer:
    """The answer."""

    failed: Sequence[str] = ()
    """Units that ended badly."""
    units: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Those of the lab's units that it has → whether each is active."""
    rooms: Mapping[str, Room] = dataclasses.field(default_factory=dict)
    """Mount point → its room."""
    mounted: bool = True
    """Whether its data disk is there."""
    projects: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Project of Docker Compose → how it is, for example `running (healthy)`."""
    databases: frozenset[str] | None = None
    """Databases of its server; None where none answers."""
    names: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Name of the lab → address; empty where it does not resolve."""
    certificates: Mapping[str, dt.datetime] = dataclasses.field(default_factory=dict)
    """File → when it ends."""
    replicas: Sequence[str] = ()
    """Folders of replicas on its data disk."""


def read_host_answer(text: str) -> HostAnswer:
    """Return what `ASK` printed.

    Raises:
        ValueError: it broke off.

    """
    lines = text.splitlines()
    if not lines or lines[-1] != "end":
        raise ValueError("expected an answer, it broke off")
    parts: dict[str, list[str]] = {}
    waiting = [*_PARTS]
    said: list[str] = []
    for line in lines:
        # In order: a unit or a folder may have the name of a part.
        if waiting and line == waiting[0]:
            said = parts.setdefault(waiting.pop(0), [])
        elif line:
            said.append(line)
    names = (line.partition(" ") for line in parts["names"])
    return HostAnswer(
        failed=tuple(parts["failed"]),
        units=dict(line.split(" ", 1) for line in parts["units"]),
        rooms=dict(map(_room, parts["rooms"])),
        mounted=parts["mounted"] == ["yes"],
        projects=_projects(parts["projects"]),
        databases=frozenset(parts["databases"]) or None,
        names={name: address.strip() for name, _, address in names},
        certificates=dict(map(_certificate, parts["certificates"])),
        replicas=tuple(parts["replicas"]),
    )


def _room(line: str) -> tuple[str, Room]:
    target, size, free = line.rsplit(None, 2)
    return target, Room(size=int(size), free=int(free))


def _certificate(line: str) -> tuple[str, dt.datetime]:
    file, _, end = line.rpartition(" ")
    return file, dt.datetime.fromtimestamp(int(end), dt.UTC)


def _projects(lines: Sequence[str]) -> Mapping[str, str]:
    """Return the worst that a container of each project says."""
    found: dict[str, str] = {}
    for line in lines:
        project, state, status = line.split("|", 2)
        health = next((word for said, word in _HEALTH.items() if said in status), "")
        told = f"{state} ({health})" if health else state
        if project not in found or not is_well(told):
            found[project] = told
    return found


def is_well(told: str) -> bool:
    """Return whether a project that is *told* so serves."""
    return told in {"running", "running (healthy)"}
