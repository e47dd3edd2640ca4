"""Compose files: labelled so that only what concerns a service changes its label, and refused with the path."""

import pytest
import yaml

from hosts.facts.compose_containers import Container
from hosts.operations.compose_file import ComposeFileError, labelled_compose_file
from hosts.operations.compose_project import container_differences
from hosts.operations.files_digest import files_digest

TWO = """
services:
  web:
    image: registry.example/web:1
    ports: ["8080:80"]
    volumes: ["pages:/pages"]
    healthcheck: {test: ["CMD", "true"]}
  database:
    image: registry.example/database:1
    labels: {factory.files: abc}
    healthcheck: {test: ["CMD", "true"]}
volumes:
  pages: {}
"""


def labels(text: str) -> dict[str, str]:
    """Return service → digest of its declaration."""
    return labelled_compose_file(text, project="shop")[1]


def test_each_service_gets_its_label_and_keeps_its_own() -> None:
    """The text that is placed holds everything declared and one label more per service."""
    text, digests = labelled_compose_file(TWO, project="shop")
    services = yaml.safe_load(text)["services"]

    assert services["web"]["labels"] == {"factory.declared": digests["web"]}
    assert services["database"]["labels"] == {"factory.files": "abc", "factory.declared": digests["database"]}
    assert services["web"]["ports"] == ["8080:80"]


@pytest.mark.parametrize(
    ("old", "new", "concerned"),
    [
        ("web:1", "web:2", {"web"}),
        ("factory.files: abc", "factory.files: abd", {"database"}),
        ("pages: {}", "pages: {external: true}", {"web"}),
        ("volumes:\n  pages: {}", "networks:\n  default: {driver: bridge}\nvolumes:\n  pages: {}", {"web", "database"}),
        ("volumes:\n  pages: {}", "volumes:\n  pages: {}\n  unused: {}", set()),
        ("services:\n", "services:  # the shop\n", set()),
    ],
    ids=["image", "file", "volume", "network of all", "what none uses", "comment"],
)
def test_a_change_concerns_the_services_that_use_it(old: str, new: str, concerned: set[str]) -> None:
    """The label of a service changes with its declaration and with what it uses, and with nothing else."""
    assert old in TWO
    before, after = labels(TWO), labels(TWO.replace(old, new))

    assert {name for name in before if before[name] != after[name]} == concerned


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("services: [", "expected a Compose file, for example `services: …`"),
        ("[]", "expected a Compose file, for example `services: …`"),
        ("services: {}", "services: expected at least one service"),
        ("name: x\n" + TWO, "name: expected none, it is the name of the project"),
        ("services: {web: nothing}", "services.web: expected a service"),
        ("services: {web: {build: .}}", "services.web: expected an image, and nothing to build"),
        ("services: {web: {image: x}}", "services.web.healthcheck: expected one"),
        ("services: {web: {image: x, healthcheck: {}, labels: [a=b]}}", "services.web.labels: expected key: value"),
        ("services: {web: {image: x, healthcheck: {}, restart: no}}", "services.web.restart: expected a word in quot"),
        ("services: {web: {image: x, healthcheck: {}, ports: [2222:22]}}", "services.web.ports: expected texts in quo"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_path(text: str, message: str) -> None:
    """Each fault of a file is told by the path of the key."""
    with pytest.raises(ComposeFileError) as refused:
        labels(text)

    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("project", ["", "-x", "Shop", "a b", "../shop"])
def test_a_project_has_the_name_of_a_folder(project: str) -> None:
    """What would be an option, another folder or refused by Compose is refused before."""
    with pytest.raises(ComposeFileError, match="project: expected lower case letters"):
        labelled_compose_file(TWO, project=project)


def container(service: str, *, declared: str = "d", state: str = "running", health: str = "healthy") -> Container:
    """Return a container as a host would tell it."""
    return Container(service=service, declared=declared, state=state, health=health)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([container("web")], []),
        ([container("web", health="")], []),
        (None, ["no Docker daemon answers"]),
        ([], ["web: no container"]),
        ([container("web", declared="e")], ["web: made from another declaration"]),
        ([container("web", state="exited", health="")], ["web: exited"]),
        ([container("web", state="paused", health="")], ["web: paused"]),
        ([container("web", health="unhealthy")], ["web: unhealthy"]),
        ([container("web", health="starting")], ["web: not healthy yet"]),
        ([container("web"), container("web")], ["web: 2 containers, expected one"]),
        ([container("old"), container("web")], ["old: no longer declared"]),
    ],
)
def test_what_is_wrong_with_a_container_is_named(found: list[Container] | None, expected: list[str]) -> None:
    """Nothing is pending for a healthy container of the declaration; everything else is told by service."""
    assert container_differences(found, wanted={"web": "d"}) == expected


def test_a_digest_of_files_tells_their_order_and_bounds() -> None:
    """Texts that run together to the same whole have other digests."""
    assert len({files_digest("ab", "c"), files_digest("a", "bc"), files_digest("c", "ab"), files_digest("abc")}) == 4
    assert files_digest("ab", "c") == files_digest("ab", "c")
