"""The settings of a stack, as its file has them."""

import json
from pathlib import Path

import yaml

from ops.credentials.unreadable_stack_error import UnreadableStackError

KEY = "factory:settings"


def stack_settings(folder: Path, stack: str) -> str:
    """Return the settings of *stack*, whose file is in *folder*, as JSON.

    Raises:
        UnreadableStackError: the file is not there, or has none.

    """
    file = folder / f"Pulumi.{stack}.yaml"
    try:
        return json.dumps(yaml.safe_load(file.read_text(encoding="utf-8"))["config"][KEY])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise UnreadableStackError(
            f"{file}: cannot be read as the file of the stack {stack}: {type(error).__name__}. "
            f"Expected {KEY} under config"
        ) from error
