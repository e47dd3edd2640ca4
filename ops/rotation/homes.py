"""The two homes of a credential, as far as they can be read."""

from collections.abc import Mapping, Sequence

from provider.factory_error import FactoryError
from provider.gitea.api import GiteaApi
from provider.gitea.place import Place
from provider.vault.kv_engine import KvEngine
from provider.vault.session import VaultSession


class Homes:
    """A path of Vault, whose values can be read, and secrets of Gitea, of which only the names can."""

    def __init__(self, vault: VaultSession, gitea: GiteaApi, *, path: str, place: str, secrets: Sequence[str]) -> None:
        """Name the *path* in Vault, and the *place* and names of the *secrets* in Gitea; nothing is contacted yet."""
        self.path = path
        self.place = place
        self.secrets = tuple(secrets)
        mount, _, self._rest = path.partition("/")
        self._mount = mount
        self._engine = KvEngine(vault, mount)
        self._gitea = gitea

    def read(self) -> Mapping[str, str] | None:
        """Return the published values, `None` when there are none.

        Raises:
            FactoryError: Vault could not be asked, or has no such engine.

        """
        version = self._engine.version()
        if version is None:
            raise FactoryError(f"Vault has no engine {self._mount}. Expected it at the beginning of {self.path}")
        found = self._engine.values(self._rest, version=version)
        return None if found is None else {name: str(value) for name, value in found.items()}

    def missing_secrets(self) -> Sequence[str]:
        """Return the names of the secrets that Gitea lacks."""
        place = Place.parse(self.place)
        listed = self._gitea.listed(f"{place.path}/actions/secrets", inside=place.path)
        # Gitea keeps the names in capital letters, whatever was asked for.
        there = {str(secret["name"]).upper() for secret in listed}
        return [name for name in self.secrets if name.upper() not in there]
