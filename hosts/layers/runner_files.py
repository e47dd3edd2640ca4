"""The files of the layer runner: pure text from settings."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Annotated

import pydantic
import yaml

from hosts.model import Model
from hosts.operations.compose_project import FOLDER

PROJECT = "runner"
CONFIGURATION = f"{FOLDER}/{PROJECT}/etc"
CONFIGURATION_IN_CONTAINER = "/etc/act_runner"
AUTHORITY = f"{FOLDER}/{PROJECT}/ca"
AUTHORITY_IN_CONTAINER = "/etc/factory-ca"
JOB_FOLDER = f"{FOLDER}/{PROJECT}/job"
DATA_IN_CONTAINER = "/data"
REGISTRATION = ".runner"
STARTED_WITH = "/run/registration"
"""Copy of the registration that the program in the container has read."""
ROOT_FILE = "lab-root.crt"

Folder = Annotated[str, pydantic.StringConstraints(pattern=r"^(/[A-Za-z0-9._-]+)+$")]
Word = Annotated[str, pydantic.StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class Runner(Model):
    """What runs the jobs of Gitea's workflows."""

    image: str
    """Name and tag of act_runner, in production with the digest."""
    version: Word
    """What it calls itself."""
    job_image: str
    """What a job's image is made from, in production with the digest."""
    mount: Folder
    """Where the data disk is mounted; without it nothing is started."""
    folder: Folder
    """Folder of registration and cache, below `mount`."""
    name: Word
    """What Gitea calls it."""
    instance: Annotated[str, pydantic.StringConstraints(pattern=r"^https://[A-Za-z0-9.:-]+$")]
    """Address of Gitea."""
    labels: Annotated[tuple[Word, ...], pydantic.Field(min_length=1)] = ("ubuntu-latest",)
    """What workflows name in `runs-on`."""
    capacity: Annotated[int, pydantic.Field(ge=1, le=8)] = 1
    """Jobs at a time."""


def render_job_recipe(runner: Runner) -> str:
    """Return the recipe of the image in which jobs run: the pinned one, which trusts the lab's root besides."""
    inside = f"/usr/local/share/ca-certificates/{ROOT_FILE}"
    return (
        f"FROM {runner.job_image}\n"
        f"COPY {ROOT_FILE} {inside}\n"
        "RUN update-ca-certificates >/dev/null\n"
        # Actions in JavaScript do not look into the system's store.
        f"ENV NODE_EXTRA_CA_CERTS={inside}\n"
    )


def job_tag(recipe: str, root_certificate: str) -> str:
    """Return the name of the image that *recipe* makes: another name for another content."""
    digest = hashlib.sha256(f"{recipe}\0{root_certificate}".encode()).hexdigest()
    return f"factory/job:{digest[:16]}"


def render_configuration(runner: Runner, *, job: str) -> str:
    """Return the configuration of act_runner."""
    document: Mapping[str, Mapping[str, object]] = {
        "log": {"level": "info"},
        "runner": {
            "file": REGISTRATION,
            "capacity": runner.capacity,
            "labels": [f"{label}:docker://{job}" for label in runner.labels],
        },
        "cache": {"enabled": True, "dir": f"{DATA_IN_CONTAINER}/cache"},
        # The image is made on this host; no registry has it.
        "container": {"force_pull": False},
        "host": {"workdir_parent": f"{DATA_IN_CONTAINER}/work"},
    }
    return yaml.safe_dump(document, sort_keys=False, width=120)


def render_compose(runner: Runner, *, files_label: str) -> str:
    """Return the Compose file."""
    kept = f"{DATA_IN_CONTAINER}/{REGISTRATION}"
    start = f"cp {kept} {STARTED_WITH} && exec act_runner daemon --config {CONFIGURATION_IN_CONTAINER}/config.yaml"
    service = {
        "image": runner.image,
        "container_name": PROJECT,
        "restart": "always",
        "init": True,
        # Jobs find the cache at the host's address.
        "network_mode": "host",
        "working_dir": DATA_IN_CONTAINER,
        # The image's own start would register by an argument, which every account of the host could read.
        "entrypoint": ["sh", "-c", start],
        "environment": {"SSL_CERT_DIR": f"{AUTHORITY_IN_CONTAINER}:/etc/ssl/certs"},
        "volumes": [
            f"{runner.folder}:{DATA_IN_CONTAINER}",
            f"{CONFIGURATION}:{CONFIGURATION_IN_CONTAINER}:ro",
            f"{AUTHORITY}:{AUTHORITY_IN_CONTAINER}:ro",
            "/var/run/docker.sock:/var/run/docker.sock",
        ],
        "labels": {"factory.files": files_label},
        "healthcheck": {
            # One that was registered anew meanwhile works with a registration that Gitea no longer knows.
            "test": ["CMD-SHELL", f"cmp -s {kept} {STARTED_WITH}"],
            "interval": "5s",
            "timeout": "5s",
            "retries": 3,
            "start_period": "20s",
        },
    }
    return yaml.safe_dump({"services": {PROJECT: service}}, sort_keys=False, width=120)


def register_request(runner: Runner, *, token: str) -> str:
    """Return what Gitea is asked for a registration, as JSON."""
    return json.dumps({"name": runner.name, "token": token, **_told(runner)})


def declare_request(runner: Runner) -> str:
    """Return what a registered runner tells Gitea of itself, as JSON."""
    return json.dumps(_told(runner))


def _told(runner: Runner) -> Mapping[str, str | Sequence[str]]:
    return {"version": runner.version, "labels": [*runner.labels]}
