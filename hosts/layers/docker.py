"""Layer: Docker Engine and Compose, with all that they store on the data disk."""

from typing import Annotated, Literal

import pydantic

from hosts.layer import Given, Layer, Value
from hosts.layers.docker_files import CERTIFICATES, DAEMON, DROP_IN, ROOT, render_daemon, render_drop_in
from hosts.model import Model
from hosts.operations.installed_packages import installed_packages
from hosts.operations.placed_file import placed_file
from hosts.operations.running_service import running_service
from hosts.operations.signed_repository import signed_repository
from hosts.operations.trusted_root import FOLDER, trusted_root
from hosts.pin import SigningKey
from hosts.versions import PINS

PACKAGES = {
    "vendor": ("docker-ce", "docker-ce-cli", "containerd.io", "docker-compose-plugin"),
    "debian": ("docker.io", "docker-compose"),
}
KEY = "docker-repository"
TRUSTED_AS = "lab-root"
"""The same name as in the layer that makes the authority: one file in the trust store."""

Folder = Annotated[str, pydantic.StringConstraints(pattern=r"^(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$")]
Registry = Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*(:[0-9]+)?$")]
Mirror = Annotated[str, pydantic.StringConstraints(pattern=r"^https?://[a-z0-9][a-z0-9.-]*(:[0-9]+)?$")]


class Docker(Model):
    """Docker on a host."""

    source: Literal["vendor", "debian"] = "vendor"
    """Who the packages are from. Debian's are older, and their Compose is another program: for the rehearsal."""
    release: Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z]+$")] = "bookworm"
    """Name of the Debian release that the vendor's packages are for."""
    mount: Folder
    """Where the data disk is mounted; without it the daemon does not start."""
    registries: tuple[Registry, ...] = ()
    """Registries whose certificates are from the lab's own authority, for example `gitea.arcodange.lab`."""
    registry_mirrors: tuple[Mirror, ...] = ()
    """Asked for images of the Docker Hub first."""
    log_mebibytes: Annotated[int, pydantic.Field(ge=1)] = 10
    """Size at which the log of a container starts anew."""
    log_files: Annotated[int, pydantic.Field(ge=1)] = 3
    """How many of its old logs are kept."""


def deploy_docker(docker: Docker, given: Given) -> None:
    """Configure first, then install: the packages start the daemon at once, and it must not fill the wrong disk."""
    folder = f"{docker.mount}/docker"
    daemon = placed_file(
        name="Configure the Docker daemon",
        text=render_daemon(
            folder=folder,
            mirrors=docker.registry_mirrors,
            log_mebibytes=docker.log_mebibytes,
            log_files=docker.log_files,
        ),
        dest=DAEMON,
    )
    drop_in = placed_file(name="Let Docker wait for the data disk", text=render_drop_in(folder=folder), dest=DROP_IN)
    placed_file(name="Place the root of the lab", text=given["root_certificate"], dest=ROOT)
    trusted = trusted_root(name="Trust the root of the lab", label=TRUSTED_AS, source=ROOT)
    for registry in docker.registries:
        placed_file(
            name=f"Trust the registry {registry}",
            text=given["root_certificate"],
            dest=f"{CERTIFICATES}/{registry}/ca.crt",
        )
    if docker.source == "vendor":
        _vendor_repository(docker)
    installed_packages(name="Install Docker and Compose", packages=PACKAGES[docker.source])
    running_service(
        name="Run Docker",
        unit="docker.service",
        files=(DAEMON, DROP_IN, f"{FOLDER}/{TRUSTED_AS}.crt"),
        after=(daemon, drop_in, trusted),
        ready="docker info >/dev/null 2>&1",
    )


def _vendor_repository(docker: Docker) -> None:
    key = PINS[KEY]
    if not isinstance(key, SigningKey):
        raise TypeError(f"{KEY}: expected a signing key among the pins")
    installed_packages(name="Install what compares keys", packages=("gpg",))
    signed_repository(
        name="Let packages of Docker come from its publisher",
        label="docker",
        key=key,
        uri="https://download.docker.com/linux/debian",
        suite=docker.release,
        component="stable",
    )


LAYER = Layer(
    name="docker",
    settings=Docker,
    deploy=deploy_docker,
    needs=("base", "disks", "pki"),
    given={"root_certificate": Value(meaning="certificate of the lab's root authority, as PEM", secret=False)},
    pins=(KEY,),
)
