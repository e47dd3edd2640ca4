"""Refuse a verb that works from a stack's state alone when the stack is production's and that is not meant."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from ops.credentials.stack_settings import stack_settings
from ops.credentials.unreadable_stack_error import UnreadableStackError
from provider.guard import refuse_production
from stacks.faults import RefusedSettingsError
from stacks.hosts_settings import read_hosts_settings
from stacks.main_settings import read_main_settings
from stacks.settings import read_postgres_settings

ADDRESSES: Mapping[str, Callable[[str], Mapping[str, str]]] = {
    "hosts": lambda text: read_hosts_settings(text).addresses,
    "main": lambda text: read_main_settings(text).addresses,
    "postgres": lambda text: read_postgres_settings(text).addresses,
}


def refuse_settings(folder: Path, stack: str, environment: Mapping[str, str] = os.environ) -> None:
    """Raise when the settings of *stack* lead to production; no program runs that could say so.

    Raises:
        ProductionRefusedError: they do, and production was not asked for.

    """
    try:
        refuse_production(ADDRESSES[stack](stack_settings(folder, stack)), environment)
    except (KeyError, UnreadableStackError, RefusedSettingsError):
        return  # not one of our stacks, or one that no run could have declared
