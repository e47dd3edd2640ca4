"""Where a stack's state is in a bucket."""

import dataclasses
import os
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from engine.project import Project
from ops.engines.refuse_backend import backend_of
from provider.guard import refuse_production

SCHEME = "gs"


@dataclasses.dataclass(frozen=True, kw_only=True)
class StatePlace:
    """The names that the official CLI gives to the objects of one stack."""

    bucket: str
    """Bucket."""
    prefix: str
    """What the names of all its objects begin with; empty, or it ends with a slash."""
    project: str
    """Project."""
    stack: str
    """Stack."""

    @classmethod
    def of(cls, folder: Path, stack: str, *, environment: Mapping[str, str] = os.environ) -> Self | None:
        """Return where the project in *folder* keeps *stack*, `None` when that is no bucket of Google.

        Raises:
            ProjectError: there is no project.
            ProductionRefusedError: it is production's bucket, and production was not asked for.

        """
        where, url = backend_of(folder, environment)
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != SCHEME:
            return None
        refuse_production({where: url}, environment)
        path, name = parts.path.strip("/"), Project.load(folder).name
        return cls(bucket=parts.netloc, prefix=f"{path}/" if path else "", project=name, stack=stack)

    @property
    def locks(self) -> str:
        """What the names of the CLI's locks begin with."""
        return f"{self.prefix}.pulumi/locks/organization/{self.project}/{self.stack}/"

    @property
    def own_lock(self) -> str:
        """Name of our own lock: the CLI would take every object among its locks for one."""
        return f"{self.prefix}.factory/locks/{self.project}/{self.stack}.json"

    @property
    def state(self) -> str:
        """Name of the state."""
        return f"{self.prefix}.pulumi/stacks/{self.project}/{self.stack}.json"

    @property
    def history(self) -> str:
        """What the names of all earlier states begin with."""
        return f"{self.prefix}.pulumi/history/{self.project}/{self.stack}/"
