"""Which versions may follow which, decided before anything is touched."""

from collections.abc import Iterator, Mapping

from hosts.k3s.version import Version


def server_faults(nodes: Mapping[str, Version], *, server: str, wanted: Version) -> Iterator[str]:
    """Yield why *server* may not become *wanted* while the nodes of the cluster, by name, have these versions.

    A node that was left behind by an interrupted upgrade is brought to its server's version first.
    """
    if server in nodes:
        yield from _faults(server, found=nodes[server], wanted=wanted)
    for node, found in sorted(nodes.items()):
        if node != server and (wanted.major, wanted.minor) > (found.major, found.minor + 1):
            yield (
                f"{node} has k3s {found}, {server} would get {wanted}: more than one minor version between them. "
                f"Expected {node} at {_next(found)} or newer first"
            )


def agent_faults(agent: str, *, found: Version | None, server: Version, wanted: Version) -> Iterator[str]:
    """Yield why *agent*, which has *found* or is new, may not become *wanted* while its server has *server*."""
    if wanted > server:
        yield (
            f"{agent} would get k3s {wanted}, its server has {server}: an agent is never newer. "
            "Expected the server to be upgraded first"
        )
    if found is not None:
        yield from _faults(agent, found=found, wanted=wanted)


def declared_faults(host: str, *, before: str, wanted: str) -> Iterator[str]:
    """Yield why *host*, declared with one version *before*, may not be declared with *wanted*; no host is asked."""
    yield from _faults(host, found=Version.read(before), wanted=Version.read(wanted))


def _faults(host: str, *, found: Version, wanted: Version) -> Iterator[str]:
    if wanted < found:
        yield (
            f"{host} has k3s {found}, {wanted} is older: the datastore cannot go back. "
            f"Expected {found} or newer; an older one is restored from a snapshot"
        )
    elif (wanted.major, wanted.minor) > (found.major, found.minor + 1):
        yield (
            f"{host} has k3s {found}, {wanted} skips a minor version. Expected {_next(found)} first, then the one after"
        )


def _next(found: Version) -> str:
    return f"{found.major}.{found.minor + 1}"
