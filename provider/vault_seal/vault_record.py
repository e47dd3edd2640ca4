"""Which Vault a key file belongs to."""

import dataclasses
import json
import os
from collections.abc import Mapping
from typing import Self

from provider.vault_seal.private_folder import PrivateFolder


@dataclasses.dataclass(frozen=True, kw_only=True)
class VaultRecord:
    """What was learnt of a Vault when shares of the key file had opened it; no secret."""

    cluster: str
    """Its own id."""
    vault: str
    """Its address."""
    ca: str | None
    """Whom its certificate was trusted by, as PEM text; `None` means the system."""

    @classmethod
    def read(cls, folder: PrivateFolder, name: str) -> Self | None:
        """Read it, `None` when there is none that can be used: the next unsealing writes it again."""
        content = folder.read(name)
        try:
            found = json.loads(content or b"null")
        except ValueError:
            return None
        if not isinstance(found, Mapping) or not isinstance(found.get("cluster"), str):
            return None
        ca = found.get("ca")
        return cls(cluster=found["cluster"], vault=str(found.get("vault", "")), ca=ca if isinstance(ca, str) else None)

    def write(self, folder: PrivateFolder, name: str) -> None:
        """Write it in the place of an older one."""
        half = folder.path / f"{name}.half"
        half.unlink(missing_ok=True)
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(dataclasses.asdict(self), file, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(descriptor)
        half.replace(folder.path / name)
        folder.to_disk()
