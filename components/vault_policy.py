"""The text of a Vault policy."""

import json
from collections.abc import Mapping, Sequence


def vault_policy(rights: Mapping[str, Sequence[str]]) -> str:
    """Return the policy that gives *rights*, path → capabilities, and nothing else; equal rights give equal text."""
    return "\n".join(
        f"path {json.dumps(path)} {{\n  capabilities = {json.dumps(sorted(capabilities))}\n}}\n"
        for path, capabilities in sorted(rights.items())
    )
