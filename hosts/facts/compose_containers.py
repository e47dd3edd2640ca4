"""The containers of a Compose project on a host, asked in one question."""

import dataclasses

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase

DECLARED = "factory.declared"
"""Label that holds the digest of what the service was declared as when its container was made."""

_FORMAT = (
    '{{.Label "com.docker.compose.service"}}|{{.Label "com.docker.compose.oneoff"}}|'
    f'{{{{.Label "{DECLARED}"}}}}|{{{{.State}}}}|{{{{.Status}}}}'
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Container:
    """One container of a project."""

    service: str
    declared: str
    state: str
    """In the words of Docker: `running`, `exited`, `paused` …"""
    health: str
    """`healthy`, `unhealthy`, `starting`; empty where the service has no health check or does not run."""


class ComposeContainers(FactBase[tuple[Container, ...] | None]):
    """The containers of `project`, also stopped ones; None when no Docker daemon answers."""

    def command(self, project: str) -> StringCommand:
        """Ask the daemon; that there is none is an answer, as it is on a bare machine."""
        label = QuoteString(f"label=com.docker.compose.project={project}")
        return StringCommand(
            *("if docker ps --all --filter", label, "--format", QuoteString(_FORMAT), "2>/dev/null"),
            *("; then echo asked; else echo 'no daemon'; fi",),
        )

    def process(self, output: list[str]) -> tuple[Container, ...] | None:
        """Return the containers by service."""
        if output[-1] != "asked":
            return None
        found = [_container(line) for line in output[:-1]]
        return tuple(sorted((one for one in found if one is not None), key=lambda one: one.service))


def _container(line: str) -> Container | None:
    service, one_off, declared, state, status = line.split("|", 4)
    if one_off == "True":  # somebody's `docker compose run`: no part of what is declared
        return None
    return Container(service=service, declared=declared, state=state, health=_health(status))


def _health(status: str) -> str:
    """Read `Up 3 minutes (healthy)`: it is the only place where a list of containers tells the health."""
    for word in ("unhealthy", "healthy", "health: starting"):
        if status.endswith(f"({word})"):
            return word.removeprefix("health: ")
    return ""
