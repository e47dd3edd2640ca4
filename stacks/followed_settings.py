"""What ArgoCD follows."""

from typing import Annotated

from pydantic import StringConstraints

from stacks.app import Application
from stacks.model import Expect, Model

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")]


class Followed(Model):
    """Where the cluster's applications are declared."""

    organisation: Annotated[Name, Expect(sentence="an organisation on the forge", example="organisation: my-org")]
    """Organisation whose repositories may be followed."""
    repository: Annotated[Name, Expect(sentence="a repository", example="repository: factory")]
    """Repository with the application of applications."""
    path: Annotated[Path, Expect(sentence="a folder", example="path: argocd")]
    """Folder in it."""
    vault_first: Annotated[
        tuple[Annotated[Application, Expect(sentence="a mapping with a name", example="name: erp")], ...],
        Expect(sentence="a list of applications", example="vault_first: [{name: erp}]"),
    ] = ()
    """Applications that must not start before Vault is unsealed: the cluster takes no workload of theirs that would."""
