"""Operation: a unit of systemd that runs with its newest files, or that does not run."""

from collections.abc import Generator, Sequence

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationValueError
from pyinfra.api.operation import OperationMeta, operation
from pyinfra.context import host, state

from hosts.facts.service_state import Service, ServiceState

RELOAD = "daemon-reload"


@operation()
def running_service(
    *,
    unit: str,
    files: Sequence[str] = (),
    after: Sequence[OperationMeta] = (),
    running: bool = True,
    ready: str | None = None,
) -> Generator[StringCommand, None, None]:
    """Run a unit now and after each boot, and start it again when a file that it reads is newer than its start.

    The comparison is made on the host, so that a restart which a power cut prevented is still seen as due.

    + unit: name with its kind, for example `step-ca.service`
    + files: absolute paths of what it reads, its unit file among them
    + after: operations that place those files; asked while preparing, when nothing is newer yet
    + running: False stops it and keeps it from starting
    + ready: shell command that succeeds once the unit answers; asked for 20 s after a start
    """
    if unit.startswith("-") or "." not in unit:
        raise OperationValueError(f"unit: expected a name with its kind, for example step-ca.service, found {unit!r}")
    found = host.get_fact(ServiceState, unit=unit, files=tuple(files))
    if not running:
        if found.active or found.enabled:
            yield StringCommand("systemctl disable --now --", QuoteString(unit))
        else:
            host.noop(f"{unit} does not run")
        return
    ahead = not state.is_executing and any(meta.will_change for meta in after)
    verbs = service_verbs(found, ahead=ahead)
    if not verbs:
        host.noop(f"{unit} runs with its newest files")
        return
    for verb in verbs:
        yield StringCommand("systemctl", verb, *(() if verb == RELOAD else ("--", QuoteString(unit))))
    if ready is not None:
        yield StringCommand("for try in $(seq 100); do if", ready, "; then exit 0; fi; sleep .2; done; exit 1")


def service_verbs(found: Service, *, ahead: bool) -> list[str]:
    """Return what systemctl is told, in order; `ahead` tells that a file will change before that."""
    verbs = ["unmask"] if found.masked else []
    if found.outdated or found.masked or not found.known or ahead:
        verbs.append(RELOAD)
    if not found.enabled:
        verbs.append("enable")
    if not found.active or found.older_than_its_files or ahead:
        verbs.append("restart")
    return verbs
