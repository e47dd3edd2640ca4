"""Operations on the files of step-ca whose content only the host knows, or that must not be overwritten."""

from collections.abc import Generator

from pyinfra.api.command import StringCommand
from pyinfra.api.exceptions import OperationError
from pyinfra.api.operation import operation
from pyinfra.context import host, state

from hosts.differences import record_difference
from hosts.facts.authority_files import AuthorityFiles
from hosts.layers import pki_settings as at
from hosts.layers.pki_files import render_configuration
from hosts.layers.pki_settings import Authority
from hosts.operations.placed_file import placed_file


@operation()
def kept_password(*, text: str, dest: str, user: str) -> Generator[StringCommand, None, None]:
    """Place the password that keys on this host are encrypted with, and refuse another one for the same keys."""
    found = host.get_fact(AuthorityFiles, paths=(at.INTERMEDIATE_KEY, dest))
    if at.INTERMEDIATE_KEY in found and found.get(dest, text) != text:
        raise OperationError(
            f"{dest}: another password is given than the one that the keys in {at.AUTHORITY} are encrypted with; "
            "expected the same, or change it there first: docs/runbooks/dns.md, `Change the password`"
        )
    yield from placed_file._inner(  # noqa: SLF001  # pyinfra's way to nest an operation
        text=text, dest=dest, mode="600", user=user, group="root", secret=True
    )


@operation()
def authority_configuration(*, authority: Authority) -> Generator[StringCommand, None, None]:
    """Place `ca.json`, which holds the provisioner's key as it was made on this host."""
    found = host.get_fact(AuthorityFiles, paths=(at.PROVISIONER, at.PROVISIONER_KEY))
    if not found and not state.is_executing:
        record_difference(at.CONFIGURATION, text=f"{at.CONFIGURATION}: new, its keys are made first")
        yield StringCommand("false")  # stands for what is known only after the keys were made; never run
        return
    yield from placed_file._inner(  # noqa: SLF001  # pyinfra's way to nest an operation
        text=render_configuration(
            authority, provisioner=found[at.PROVISIONER], provisioner_key=found[at.PROVISIONER_KEY]
        ),
        dest=at.CONFIGURATION,
        mode="600",
        user=at.ACCOUNT,
        group=at.ACCOUNT,
        secret=True,
    )
