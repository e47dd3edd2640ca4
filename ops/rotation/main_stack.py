"""The stack whose credentials are renewed, with what it contacts."""

import dataclasses
import functools
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from components.vault_paths import JWT
from engine.project import Project, ProjectError
from ops.credentials.stack_settings import stack_settings
from ops.credentials.unreadable_stack_error import UnreadableStackError
from ops.rotation.homes import Homes
from ops.rotation.stack_file import StackFile
from provider.factory_error import FactoryError
from provider.gitea.address import GiteaAddress
from provider.gitea.api import GiteaApi
from provider.guard import refuse_production
from provider.vault.address import VaultAddress
from provider.vault.session import VaultSession
from stacks.credential_table import Credential, credential_table
from stacks.credentials import main_credentials
from stacks.faults import RefusedSettingsError
from stacks.main_settings import MainSettings, read_main_settings

STACK = "main"


@dataclasses.dataclass(frozen=True, kw_only=True)
class MainStack:
    """The stack `main` of one folder."""

    project: str
    """Name of the project: what the stack makes in an account begins with it."""
    file: StackFile
    """Its file."""
    settings: MainSettings
    """Its settings."""

    @classmethod
    def read(cls, folder: Path) -> "MainStack":
        """Read the file in *folder*; nothing is contacted.

        Raises:
            UnreadableStackError: it is not there, or its settings are refused.

        """
        try:
            project = Project.load(folder).name
            settings = read_main_settings(stack_settings(folder, STACK))
        except (RefusedSettingsError, ProjectError) as error:
            raise UnreadableStackError(str(error)) from error
        return cls(project=project, file=StackFile(folder / f"Pulumi.{STACK}.yaml"), settings=settings)

    @functools.cached_property
    def credentials(self) -> Mapping[str, Credential]:
        """The credentials that can be renewed, by name."""
        return {one.name: one for one in credential_table(self.settings)}

    def missing(self, environment: Mapping[str, str]) -> Sequence[str]:
        """Return a line for each credential that a run of the stack needs and *environment* lacks."""
        lines = (one.missing(environment) for one in main_credentials(self.settings))
        return [line for line in lines if line]

    def homes(self, credential: Credential) -> Homes:
        """Return the two homes of *credential*."""
        published = credential.published
        return Homes(
            self._vault, self.gitea, path=published.path, place=published.place, secrets=[*credential.fields.values()]
        )

    def called(self, credential: Credential) -> str:
        """Return what *credential* is called where it is made, before the hyphen and its number."""
        return f"{self.project}-{credential.name}"

    def refuse_production(self) -> None:
        """Stop when the settings lead to production and it was not asked for by name.

        Raises:
            ProductionRefusedError: they do.

        """
        refuse_production(self.settings.addresses, os.environ)

    @functools.cached_property
    def gitea(self) -> GiteaApi:
        """The forge."""
        return GiteaApi(GiteaAddress(url=self.settings.forge.url, ca=self._authority))

    @functools.cached_property
    def _vault(self) -> VaultSession:
        from components.vault_base import CI_ROLE  # noqa: PLC0415 - it loads Pulumi's package for Vault

        return VaultSession(VaultAddress(url=self.settings.vault.url, ca=self._authority, mount=JWT, role=CI_ROLE))

    @functools.cached_property
    def _authority(self) -> str:
        file = Path(self.settings.ca_file)
        try:
            return file.read_text(encoding="utf-8")
        except OSError as error:
            raise FactoryError(
                f"settings.ca_file: {file}: {error.strerror}. Expected the lab's root as PEM text"
            ) from error
