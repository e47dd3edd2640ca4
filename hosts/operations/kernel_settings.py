"""Operation: settings of the kernel, now and after each boot."""

from collections.abc import Generator, Mapping

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.operation import operation
from pyinfra.context import host, state

from hosts.differences import record_difference
from hosts.facts.kernel_values import KernelValues
from hosts.operations.placed_file import placed_file


@operation()
def kernel_settings(*, label: str, values: Mapping[str, str]) -> Generator[StringCommand, None, None]:
    """Place the settings in a file of their own, and set those that count otherwise now.

    + label: name of the file in /etc/sysctl.d
    + values: name → value
    """
    path = f"/etc/sysctl.d/90-{label}.conf"
    text = "".join(f"{name} = {value}\n" for name, value in sorted(values.items()))
    placing = list(placed_file._inner(text=text, dest=path))  # noqa: SLF001  # pyinfra's way to nest operations
    now = host.get_fact(KernelValues, names=sorted(values))
    other = [f"{name}: {now.get(name)} → {value}" for name, value in values.items() if now.get(name) != value]
    if not placing and not other:
        host.noop("the settings count")
        return
    if other and not state.is_executing:
        record_difference("kernel settings", text="\n".join(other))
    yield from placing
    yield StringCommand("sysctl --quiet --load", QuoteString(path))
