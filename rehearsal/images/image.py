"""How a stand-in image is made, and the interface it offers."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A file or a folder that is put into an image, owned by root."""

    source: Path
    """Where it is; a folder comes with everything in it, symbolic links as such."""
    target: str
    """Absolute path in the image."""
    mode: int | None = None
    """Of a single file; None keeps that of the source."""


@dataclass(frozen=True, kw_only=True)
class Image:
    """A stand-in: it is called and used like the published image, and offers no more than that."""

    name: str
    """Without its tag, for example `docker.io/library/postgres`, as in `hosts.versions`."""
    tag: str
    origin: str
    """What stands in for the published image; the parity table shows it."""
    packages: Sequence[str] = ()
    """Debian packages besides the smallest system."""
    setup: Sequence[str] = ()
    """Shell commands run in the image after its packages came, for accounts and folders."""
    brought: Sequence[Brought] = ()
    """Files put in last; a target stands where no symbolic link of the system leads (`/usr/bin`, never `/bin`)."""
    environment: Mapping[str, str] = field(default_factory=dict)
    entrypoint: Sequence[str] = ()
    command: Sequence[str] = ()
    user: str = ""
    """Account that it runs as; empty is root."""
    folder: str = ""
    """Working folder; empty is `/`."""
    ports: Sequence[str] = ()
    """For example `5432/tcp`."""
    volumes: Sequence[str] = ()
    stop_signal: str = "SIGTERM"
    health: str | None = None
    """Shell command by which the published image tells its health; None where it has none."""

    @property
    def reference(self) -> str:
        """Name and tag."""
        return f"{self.name}:{self.tag}"

    @property
    def configuration(self) -> Mapping[str, object]:
        """The interface, in the words of the image format."""
        found: dict[str, object] = {
            "Env": [f"{name}={value}" for name, value in {"PATH": _PATH, **self.environment}.items()],
            "Entrypoint": [*self.entrypoint],
            "Cmd": [*self.command],
            "User": self.user,
            "WorkingDir": self.folder,
            "ExposedPorts": {port: {} for port in self.ports},
            "Volumes": {volume: {} for volume in self.volumes},
            "StopSignal": self.stop_signal,
        }
        return found if self.health is None else {**found, "Healthcheck": {"Test": ["CMD-SHELL", self.health]}}

    @property
    def files(self) -> Mapping[str, Brought]:
        """Each file and link that is brought, by its path in the image."""
        found: dict[str, Brought] = {}
        for each in self.brought:
            if not each.source.is_dir():
                found[each.target] = each
                continue
            for path in sorted(each.source.rglob("*")):
                if path.is_symlink() or path.is_file():
                    target = f"{each.target}/{path.relative_to(each.source)}"
                    found[target] = Brought(source=path, target=target)
        return found


_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def content_digest(files: Mapping[str, Brought]) -> str:
    """Return a digest that changes when a path, a mode or a byte of the files does."""
    digest = hashlib.sha256()
    for target, each in sorted(files.items()):
        mode = each.source.lstat().st_mode & 0o777 if each.mode is None else each.mode
        if each.source.is_symlink():
            inside = f"-> {each.source.readlink()}"
        else:
            with each.source.open("rb") as opened:
                inside = hashlib.file_digest(opened, "sha256").hexdigest()
        digest.update(f"{target}\0{mode:o}\0{inside}\n".encode())
    return digest.hexdigest()
