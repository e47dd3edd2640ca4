"""The forge that the environment of a workflow names."""

import os
import ssl
from collections.abc import Mapping
from pathlib import Path

from ops.gate.refused_error import RefusedError
from provider.gitea.address import TOKEN_VARIABLE, GiteaAddress
from provider.gitea.api import GiteaApi
from provider.guard import refuse_production

SERVER, REPOSITORY, COMMIT, RUN = "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA", "GITHUB_RUN_ID"
WRITER = "FORGE_TOKEN"
"""Variable with the token of the one user who writes plans and issues, and reads them at a merge."""


def forge(environment: Mapping[str, str] = os.environ) -> GiteaApi:
    """Return the forge as the user who writes there; production must be meant by name, as everywhere.

    Without a token of that user it is the one that the stacks work with.

    Raises:
        RefusedError: the environment names none.
        ProductionRefusedError: it is production, and that was not asked for.

    """
    url = environment.get(SERVER, "")
    if not url:
        raise RefusedError(f"{SERVER} is not set. Expected the address of the forge; export it, or work in a workflow")
    refuse_production({SERVER: url}, environment)
    file = environment.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    ca = Path(file).read_text(encoding="utf-8") if file else None
    variable = WRITER if environment.get(WRITER) else TOKEN_VARIABLE
    return GiteaApi(GiteaAddress(url=url, ca=ca, variable=variable))


def run_address(environment: Mapping[str, str] = os.environ) -> str:
    """Return the address of the run that is under way, empty outside of a workflow."""
    server, repository, run = (environment.get(name, "") for name in (SERVER, REPOSITORY, RUN))
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run.isdigit() else ""
