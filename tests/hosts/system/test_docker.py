"""The layer docker: on the data disk, trusting the lab, and put right."""

import json

import pytest
from pydantic import JsonValue

from hosts.layer import Given
from hosts.layers import docker
from hosts.layers.docker_files import render_daemon
from hosts.worker.layer_work import Outcome
from tests.hosts.system.refused_settings import refused_settings
from tests.hosts.system.settings import DOCKER, MOUNT
from tests.hosts.system.tried_machine import TriedMachine

GATHERED = "Trust the root of the lab, where programs look for it"


def test_daemon_keeps_all_on_the_data_disk() -> None:
    """The configuration names the folder, limits the logs, and has mirrors only where they are given."""
    without = json.loads(render_daemon(folder="/mnt/data/docker", mirrors=[], log_mebibytes=10, log_files=3))
    one = json.loads(render_daemon(folder="/d", mirrors=["http://m:5000"], log_mebibytes=1, log_files=1))

    assert without["data-root"] == "/mnt/data/docker"
    assert without["log-opts"] == {"max-file": "3", "max-size": "10m"}
    assert without["features"] == {"containerd-snapshotter": False}
    assert "registry-mirrors" not in without
    assert one["registry-mirrors"] == ["http://m:5000"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("source", "snap"), ("mount", "mnt"), ("registries", ["-x"]), ("registry_mirrors", ["m:5000"]), ("log_files", 0)],
)
def test_settings_that_cannot_be_are_refused(key: str, value: JsonValue) -> None:
    """A value that would be an option or no address is refused before a host is asked."""
    assert refused_settings(docker.Docker, DOCKER) == {}
    assert list(refused_settings(docker.Docker, DOCKER, **{key: value})) == [key]


@pytest.mark.slow
def test_docker_runs_as_declared(host: TriedMachine, with_docker: Outcome, given: Given) -> None:
    """Docker itself says where it keeps things; it waits for the disk; a second apply has nothing to do."""
    assert "Install Docker and Compose" in with_docker.done
    assert host.apply(docker.LAYER, DOCKER, given).done == ()

    format_ = "{{.DockerRootDir}} {{.LoggingDriver}} {{.LiveRestoreEnabled}} {{.Driver}}"
    assert host.run(f"docker info --format '{format_}' 2>/dev/null").split() == [
        f"{MOUNT}/docker", "local", "true", "overlay2",
    ]  # fmt: skip
    assert "mnt-data.mount" in host.run("systemctl show docker.service --property Requires")
    assert host.run("ls -A /var/lib/docker") == ""
    assert host.run("cat /etc/docker/certs.d/gitea.lab.test/ca.crt") == given["root_certificate"]
    assert (
        host.run("openssl verify -CApath /etc/ssl/certs /etc/docker/lab-root.crt") == "/etc/docker/lab-root.crt: OK\n"
    )


@pytest.mark.slow
@pytest.mark.usefixtures("with_docker")
@pytest.mark.parametrize(
    ("drift", "pending"),
    [
        ("systemctl stop docker.service docker.socket", ["Run Docker"]),
        ("sed -i s/10m/99m/ /etc/docker/daemon.json", ["Configure the Docker daemon", "Run Docker"]),
        ("dpkg --remove docker-compose", ["Install Docker and Compose"]),
        ("rm /etc/ssl/certs/lab-root.pem", [GATHERED]),
        ("find /etc/ssl/certs -lname lab-root.pem -delete", [GATHERED]),
        ("sed -i '/lab-root.crt/!d' /etc/ssl/certs/ca-certificates.crt", [GATHERED]),
        ("rm /etc/docker/certs.d/gitea.lab.test/ca.crt", ["Trust the registry gitea.lab.test"]),
    ],
    ids=["service", "file", "package", "link", "hash", "bundle", "certificate"],
)
def test_drift_is_named_and_repaired_alone(host: TriedMachine, given: Given, drift: str, pending: list[str]) -> None:
    """What somebody changed is pending by name, and the apply repairs that and nothing else."""
    host.run(f"{drift} >/dev/null 2>&1")

    assert list(host.read(docker.LAYER, DOCKER, given).pending) == pending
    assert list(host.apply(docker.LAYER, DOCKER, given).done) == pending
