"""The names of one application as its clients write them."""

from dataclasses import dataclass

from rehearsal.lab import CANARY
from rehearsal.main.edge import Edge
from stacks.app import App


@dataclass(frozen=True, kw_only=True)
class ClientNames:
    """What workflows, pods and people type.

    Written out here once more, and on purpose not taken from the program: whoever uses the lab does not ask it either,
    and a check with the program's own names would follow it into every mistake.
    """

    name: str
    """Name of the application."""
    environment: str = "prod"
    """Its environment."""
    org: str
    """Organisation of its repository."""
    domain: str
    """Domain of the lab."""

    @property
    def instance(self) -> str:
        """Name in every system that knows environments."""
        return self.name if self.environment == "prod" else f"{self.name}-{self.environment}"

    @property
    def repository(self) -> str:
        """Repository, with its organisation."""
        return f"{self.org}/{self.name}"

    @property
    def workflow_role(self) -> str:
        """What a workflow logs in as."""
        return f"gitea_cicd_{self.name}"

    @property
    def workflow_policy(self) -> str:
        """What it then has."""
        return f"{self.name}-ops"

    @property
    def owner(self) -> str:
        """Role that owns the database."""
        return f"{self.name}_role" if self.environment == "prod" else f"{self.name}_{self.environment}_role"

    @property
    def credentials(self) -> str:
        """Where it gets short-lived database users."""
        return f"postgres/creds/{self.instance}"

    @property
    def configuration(self) -> str:
        """Where it reads its configuration."""
        return f"kvv2/data/{self.instance}/config"

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"https://{self.instance}.{self.domain}"


def names_of(app: App) -> ClientNames:
    """Return how clients write the names of *app*."""
    return ClientNames(name=app.name, environment=app.environment, org=app.org, domain=app.domain)


def canary_names(edge: Edge) -> ClientNames:
    """Return how clients write the names of the application that exists to be tried out."""
    return ClientNames(name=CANARY, org=edge.settings.org, domain=edge.settings.domain)
