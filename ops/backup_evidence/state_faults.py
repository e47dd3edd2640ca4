"""What is wrong with kept states of Pulumi."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path


def state_faults(folder: Path, states: Mapping[str, int]) -> Iterator[str]:
    """Yield each state that is no deployment, or has not as many resources as it had; *states* is stack → count."""
    for stack, wanted in states.items():
        try:
            document = json.loads((folder / f"{stack}.json").read_text(encoding="utf-8"))
            found = len(document["deployment"].get("resources") or [])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            yield f"state of {stack}: expected an export of Pulumi: {error!r}"
            continue
        if found != wanted:
            yield f"state of {stack}: kept with {wanted} resources, found {found}"
