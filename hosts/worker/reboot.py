"""Start a machine again, and wait until it is what it was."""

import time

from hosts.worker.connection import Connection
from hosts.worker.errors import UnreachableError, WorkerError
from hosts.worker.running import Tell

AWAY_SECONDS = 300
"""A machine that cannot be reached for so long does not come back by itself."""
BUSY_SECONDS = 300
"""Services and containers that are not up by then have failed."""
_EVERY = 1

_BOOT = "cat /proc/sys/kernel/random/boot_id"
# systemd may not yet have ended the session when the machine goes down: the connection breaks, which is no failure.
_REBOOT = "systemctl --no-block reboot"
# A container without a health check counts as soon as it runs. Docker is active before it has started all of them.
_BUSY = """
case $(systemctl is-system-running 2>/dev/null) in
initializing | starting | '') echo "systemd still starts services" ;;
esac
systemctl is-enabled --quiet docker.service 2>/dev/null || exit 0
systemctl is-active --quiet docker.service || { echo "Docker does not run"; exit 0; }
docker ps --all --filter health=starting --filter health=unhealthy --filter status=restarting \\
    --format '{{.Names}}: {{.Status}}'
docker ps --all --quiet | xargs -r docker inspect \\
    --format '{{.Name}}: does not run {{.HostConfig.RestartPolicy.Name}} {{.State.Running}}' |
    sed -nE 's/ (always|unless-stopped) false$//p'
"""


def reboot(connection: Connection, *, tell: Tell) -> dict[str, str]:
    """Start the machine again and return when it answers and its services and containers are up.

    Raises:
        UnreachableError: it did not come back.
        WorkerError: another run is changing it, it did not go down, or something on it does not come up.

    """
    machine = connection.machine
    place = f"{machine.name} ({machine.address})"
    connection.claim()
    before = _said(connection, _BOOT)
    tell("starts again")
    begun = time.monotonic()
    try:
        connection.run(_REBOOT, stdin=None, timeout=None)
    except UnreachableError:
        tell("the connection ended")
    _wait_for_boot(connection, before=before, place=place)
    tell("is back, its services start")
    _wait_for_services(connection, place=place)
    return {"seconds": f"{time.monotonic() - begun:.0f}"}


def not_up(connection: Connection) -> dict[str, str]:
    """Return as `busy` what is not up on the machine; empty when all of it is."""
    return {"busy": _said(connection, _BUSY)}


def _wait_for_boot(connection: Connection, *, before: str, place: str) -> None:
    deadline = time.monotonic() + AWAY_SECONDS
    while True:
        # A new one each time, for the one that stands may lead to the machine that is going down.
        connection.close()
        last = "it did not go down"
        try:
            if _said(connection, _BOOT) != before:
                return
        except UnreachableError as error:
            last = str(error)
        if time.monotonic() > deadline:
            raise UnreachableError(
                f"{place}: told to start again, and not back after {AWAY_SECONDS} s: {last}. Look at its screen; no "
                "other machine was touched"
            )
        time.sleep(_EVERY)


def _wait_for_services(connection: Connection, *, place: str) -> None:
    deadline = time.monotonic() + BUSY_SECONDS
    while busy := _said(connection, _BUSY):
        if time.monotonic() > deadline:
            raise WorkerError(f"{place}: is back, and after {BUSY_SECONDS} s still not up:\n{busy}")
        time.sleep(_EVERY)


def _said(connection: Connection, command: str) -> str:
    return connection.run(command, stdin=None, timeout=60).out.decode(errors="replace").strip()
