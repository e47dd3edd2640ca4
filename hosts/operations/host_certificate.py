"""Operations: a certificate from the lab's authority, renewed by the host itself."""

import re
from collections.abc import Generator, Sequence

from pyinfra.api.command import StringCommand
from pyinfra.api.exceptions import OperationValueError
from pyinfra.api.operation import OperationMeta, operation
from pyinfra.context import host, state

from hosts.facts.host_certificate_state import HostCertificateState
from hosts.operations import host_certificate_files as files
from hosts.operations.placed_file import placed_file
from hosts.operations.running_service import running_service

_LABEL = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?")
_OWNER = re.compile(r"[0-9]+:[0-9]+")


def host_certificate(  # noqa: PLR0913 - what a certificate is asked for with
    *,
    name: str,
    names: Sequence[str],
    folder: str,
    reload: str,
    owner: str = "0:0",
    hours: int = 2160,
    provisioner: str = "lab",
) -> OperationMeta:
    """Declare a certificate in `folder` (`tls.crt` with its chain, `tls.key` of mode 600) and its renewal.

    The host asks the authority by the JWK provisioner, whose password the layers pki and pki_replica place. A timer
    looks every hour and gets another certificate when a third of its life is left. Returned is the operation that gets
    the first.

    + name: of the certificate, its timer and its settings, for example `gitea`
    + names: host names and addresses that it is for; the first is its subject
    + folder: absolute path, made when it is missing
    + reload: shell command after a renewal; not run for the first certificate; tried again every hour until it succeeds
    + owner: numbers of the user and group who read the files, for example those of a container
    + hours: how long it lives; the authority has a maximum
    + provisioner: name of the JWK provisioner
    """
    if not _LABEL.fullmatch(name):
        raise OperationValueError(f"name: expected lower case letters, for example gitea, found {name!r}")
    if not names or not all(_NAME.fullmatch(one) for one in names):
        raise OperationValueError(f"names: expected host names, for example gitea.lab.test, found {list(names)!r}")
    if not folder.startswith("/") or not _OWNER.fullmatch(owner) or hours < 1:
        raise OperationValueError(
            f"folder, owner, hours: expected for example /srv/tls, 1000:1000, 2160, found {folder}, {owner}, {hours}"
        )
    settings = files.render_settings(
        names=names, folder=folder, owner=owner, reload=reload, hours=hours, provisioner=provisioner
    )
    placed = [
        placed_file(name="Place what gets certificates", text=files.PROGRAM_TEXT, dest=files.PROGRAM, mode="755"),
        placed_file(name="Place the unit that gets certificates", text=files.SERVICE_TEXT, dest=files.SERVICE),
        placed_file(name="Place the timer of certificates", text=files.TIMER_TEXT, dest=files.TIMER),
        placed_file(name=f"Say which certificate {name} has", text=settings, dest=f"{files.SETTINGS}/{name}"),
    ]
    got = _got_certificate(name=f"Get the certificate for {name}", label=name, after=placed)
    running_service(
        name=f"Renew the certificate for {name}",
        unit=f"factory-certificate@{name}.timer",
        files=(files.TIMER,),
        after=placed[2:3],
    )
    return got


@operation()
def _got_certificate(*, label: str, after: Sequence[OperationMeta]) -> Generator[StringCommand, None, None]:
    ahead = not state.is_executing and any(meta.will_change for meta in after)
    if not ahead and host.get_fact(HostCertificateState, program=files.PROGRAM, label=label):
        host.noop(f"the certificate for {label} is good")
        return
    yield StringCommand(files.PROGRAM, label)
