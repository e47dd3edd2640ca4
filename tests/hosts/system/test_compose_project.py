"""Compose projects on a machine: only what is concerned is made again, and what was stopped is started."""

import pytest

from hosts.operations.compose_project import compose_project
from hosts.worker.errors import WorkerError
from hosts.worker.layer_work import Outcome
from tests.hosts.system.tried_machine import TriedMachine

pytestmark = pytest.mark.slow

IMAGE = "tried/busybox:1"
FILE = "/opt/factory/tried/compose.yaml"

# No image can be pulled: one is made of a package.
MAKE_IMAGE = f"""set -e
apt-get -qq install --yes busybox-static >/dev/null 2>&1
mkdir -p /root/image/bin
cp /bin/busybox /root/image/bin/sh
cp /bin/busybox /root/image/bin/sleep
tar -C /root/image -c . | docker import - {IMAGE} >/dev/null
"""

SERVICE = """
  {name}:
    image: {image}
    command: [sleep, "{seconds}"]
    restart: always
    stop_grace_period: 0s
    labels: {{factory.files: "{files}"}}
    healthcheck: {{test: [CMD, sh, -c, "{health}"], interval: 1s, retries: 1}}
"""


def compose(*names: str, web: str = "100000", files: str = "a", health: str = "exit 0") -> str:
    """Return a project of services, the one called `web` with what is told."""
    services = [
        SERVICE.format(
            name=name,
            image=IMAGE,
            seconds=web if name == "web" else "100000",
            files=files if name == "web" else "a",
            health=health if name == "web" else "exit 0",
        )
        for name in names
    ]
    return "services:" + "".join(services)


def declare(text: str, *, patience: int = 60) -> None:
    """Declare the project."""
    compose_project(name="Run the project", project="tried", compose=text, patience=patience)


def containers(host: TriedMachine) -> dict[str, str]:
    """Return service → id of its running container."""
    format_ = '{{.Label "com.docker.compose.service"}} {{.ID}}'
    lines = host.run(f"docker ps --filter label=com.docker.compose.project=tried --format '{format_}'").splitlines()
    return dict(line.split(" ", 1) for line in lines)


@pytest.fixture(scope="module")
def image(host: TriedMachine, with_docker: Outcome) -> None:
    """Make an image on the machine."""
    del with_docker
    host.run(MAKE_IMAGE)


@pytest.fixture
def project(host: TriedMachine, image: None) -> TriedMachine:
    """Give a machine that runs two services."""
    del image
    host.done(lambda: declare(compose("web", "database")))
    return host


def test_second_apply_has_nothing_to_do(project: TriedMachine) -> None:
    """A project that runs as declared is left alone, and Docker says that both are healthy."""
    before = containers(project)

    assert project.done(lambda: declare(compose("web", "database"))) == ()
    assert containers(project) == before
    assert project.run("docker ps --filter health=healthy --quiet | wc -l").strip() == "2"


@pytest.mark.parametrize(
    "changed",
    [compose("web", "database", web="200000"), compose("web", "database", files="b")],
    ids=["setting", "file"],
)
def test_only_the_service_concerned_is_made_again(project: TriedMachine, changed: str) -> None:
    """A changed setting, or a changed file that is read, makes one container again; the other runs on."""
    before = containers(project)

    asked = project.asked(lambda: declare(changed))
    assert asked.differences["/opt/factory/tried"] == "web: made from another declaration"
    project.done(lambda: declare(changed))

    after = containers(project)
    assert after["database"] == before["database"]
    assert after["web"] != before["web"]
    assert project.asked(lambda: declare(changed)).pending == ()


@pytest.mark.parametrize(
    ("drift", "found"),
    [
        ("docker kill tried_web_1", "web: exited"),
        ("docker rm --force tried_web_1", "web: no container"),
        ("docker pause tried_web_1", "web: paused"),
    ],
    ids=["killed", "removed", "paused"],
)
def test_container_that_does_not_run_is_started(project: TriedMachine, drift: str, found: str) -> None:
    """What was killed, removed or paused is named, runs again after the apply, and the other was left alone."""
    before = containers(project)
    project.run(drift)

    assert project.asked(lambda: declare(compose("web", "database"))).differences == {"/opt/factory/tried": found}
    project.done(lambda: declare(compose("web", "database")))

    assert containers(project)["database"] == before["database"]
    assert "web" in containers(project)


def test_file_that_was_edited_is_put_back(project: TriedMachine) -> None:
    """An edited Compose file is shown as a difference and put back; no container is made again for it."""
    before = containers(project)
    project.run(f"sed -i s/always/never/ {FILE}")

    assert "-    restart: never" in project.asked(lambda: declare(compose("web", "database"))).differences[FILE]
    project.done(lambda: declare(compose("web", "database")))

    assert containers(project) == before
    assert "never" not in project.run(f"cat {FILE}")


def test_service_that_is_no_longer_declared_is_removed(project: TriedMachine) -> None:
    """A container of a service that was taken out of the file goes with it."""
    project.done(lambda: declare(compose("database")))

    assert list(containers(project)) == ["database"]


def test_service_that_never_becomes_healthy_fails_with_its_state(project: TriedMachine) -> None:
    """Health decides success: the step fails in time, names the service, and the next apply repairs it."""
    with pytest.raises(WorkerError, match=r"after 4 s not every service is healthy:\n(.*\n)*web: running.*\(unhealthy"):
        project.done(lambda: declare(compose("web", "database", health="exit 1"), patience=4))

    assert project.done(lambda: declare(compose("web", "database"))) == ("Run the project",)


def test_containers_run_on_while_the_daemon_starts_anew(project: TriedMachine) -> None:
    """A restart of Docker is no restart of what it runs; without Docker everything is pending, and nothing is known."""
    before = containers(project)
    project.run("systemctl stop docker.service docker.socket")
    try:
        asked = project.asked(lambda: declare(compose("web", "database")))
        assert asked.differences == {"/opt/factory/tried": "no Docker daemon answers"}
    finally:
        project.run("systemctl start docker.service")

    assert containers(project) == before
    assert project.asked(lambda: declare(compose("web", "database"))).pending == ()
