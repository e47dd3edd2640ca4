"""One declaration of an application, and every name that follows from it."""

from typing import Annotated

from pydantic import StringConstraints

from stacks.model import Expect, Model

PRODUCTION = "prod"

KEBAB_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
ORGANISATION_PATTERN = r"^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$"
DOMAIN_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+$"

Kebab = Annotated[str, StringConstraints(pattern=KEBAB_PATTERN)]
Organisation = Annotated[str, StringConstraints(pattern=ORGANISATION_PATTERN)]
Domain = Annotated[str, StringConstraints(pattern=DOMAIN_PATTERN)]

ORGANISATION = Expect(sentence="the name of a Gitea organisation", example="org: arcodange-org")
DOMAIN = Expect(sentence="a domain in lower case", example="domain: arcodange.lab")


class Application(Model):
    """One application instance as a stack file names it."""

    name: Annotated[Kebab, Expect(sentence="a name in lower-case kebab case", example="name: dance-lessons-coach")]
    """Name of the application: it joins all systems."""
    environment: Annotated[
        Kebab, Expect(sentence="an environment in lower-case kebab case", example="environment: sandbox")
    ] = PRODUCTION
    """Environment; `prod` adds nothing to the names."""
    org: Annotated[Organisation | None, ORGANISATION] = None
    """Organisation of the repository, where it is not the one of the whole file."""


class App(Model):
    """One application instance; every name it has anywhere is computed from these four values."""

    name: Kebab
    """Name of the application."""
    environment: Kebab = PRODUCTION
    """Environment; `prod` adds nothing to the names."""
    org: Organisation
    """Organisation of the repository."""
    domain: Domain
    """Domain that the lab serves its applications under."""

    @property
    def instance(self) -> str:
        """The application's name, joined with its environment where that is not `prod`."""
        return self.name if self.environment == PRODUCTION else f"{self.name}-{self.environment}"

    @property
    def repository(self) -> str:
        """Gitea repository: one for all environments."""
        return f"{self.org}/{self.name}"

    @property
    def database(self) -> str:
        """PostgreSQL database."""
        return self.instance

    @property
    def owner_role(self) -> str:
        """PostgreSQL role that owns the database: environments are joined by an underscore here, hyphens stay."""
        return f"{self.name}_role" if self.environment == PRODUCTION else f"{self.name}_{self.environment}_role"

    @property
    def vault_database_role(self) -> str:
        """Path from which Vault gives short-lived database credentials."""
        return f"postgres/creds/{self.instance}"

    @property
    def vault_kubernetes_role(self) -> str:
        """Role of Vault's Kubernetes login."""
        return self.instance

    @property
    def runtime_policy(self) -> str:
        """Vault policy of the running application."""
        return self.instance

    @property
    def ci_policy(self) -> str:
        """Vault policy of the repository's workflows, for all environments."""
        return f"{self.name}-ops"

    @property
    def jwt_role(self) -> str:
        """Role of Vault's JWT login for the repository's workflows, for all environments."""
        return f"gitea_cicd_{self.name}"

    @property
    def namespace(self) -> str:
        """Kubernetes namespace."""
        return self.instance

    @property
    def service_account(self) -> str:
        """Kubernetes service account, in the namespace of the same name."""
        return self.instance

    @property
    def argocd_application(self) -> str:
        """ArgoCD application."""
        return self.instance

    @property
    def dns_name(self) -> str:
        """Name under which the application is served."""
        return f"{self.instance}.{self.domain}"

    @property
    def configuration_path(self) -> str:
        """Vault path of the application's configuration."""
        return f"kvv2/{self.instance}/config"


def app_of(application: Application, *, org: str, domain: str) -> App:
    """Return *application* with every name it has."""
    # Its values were checked, or their faults are about to be reported.
    return App.model_construct(
        name=application.name, environment=application.environment, org=application.org or org, domain=domain
    )
