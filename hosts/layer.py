"""What a layer is: one thing that a host is given."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

from hosts.model import Model

Settings = TypeVar("Settings", bound=Model)

Given = Mapping[str, str]
"""Values that come from elsewhere (generated passwords, what another layer gives): name → text."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Value:
    """One value that a layer is given, or gives to others."""

    meaning: str
    """What it is, in a few words."""
    secret: bool
    """Whether it must never be shown."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Layer(Generic[Settings]):
    """One thing that a host is given, and what must be known of it before it is."""

    name: str
    """As it stands in settings and plans: lower case."""
    settings: type[Settings]
    """Model of its settings, which are all known before any host is asked."""
    deploy: Callable[[Settings, Given], None]
    """Declare the operations, in the order install, configure, activate; pyinfra prepares or runs them."""
    needs: tuple[str, ...] = ()
    """Layers that come before this one on the same host, or on the host that gives it something."""
    given: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    """What `deploy` finds in its second argument, and nothing else."""
    gives: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    """What `read_given` returns."""
    pins: tuple[str, ...] = ()
    """Names of the pins in `hosts.versions` that it uses; production refuses an open one."""
    read_given: Callable[[Settings], Mapping[str, str]] | None = None
    """Ask the host, by facts, for what it gives to others; called after the deploy and when the host is read."""
    may_follow: Callable[[Settings, Settings], Iterator[str]] | None = None
    """Yield why settings may not follow those that were declared before; told before any host is asked."""
    holds_data: bool = False
    """Whether losing it loses data: such a layer is protected, and kept when it is no longer declared."""
    remove: Callable[[Settings], None] | None = None
    """Take it away again; without it the host stays as it is."""
