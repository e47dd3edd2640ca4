"""The stand-ins against the official Python packages."""

import inspect
import re

import pulumi
import pulumi_postgresql
import pulumi_random
import pytest

from rehearsal.standins.postgresql.database import Database
from rehearsal.standins.postgresql.grant_role import GrantRole
from rehearsal.standins.postgresql.provider import CONFIGURATION
from rehearsal.standins.postgresql.role import Role
from rehearsal.standins.random.random_password import RandomPassword
from rehearsal.standins.resource_kind import ResourceKind

PAIRS: list[tuple[type[ResourceKind], type[pulumi.CustomResource]]] = [
    (Role, pulumi_postgresql.Role),
    (Database, pulumi_postgresql.Database),
    (GrantRole, pulumi_postgresql.GrantRole),
    (RandomPassword, pulumi_random.RandomPassword),
]


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", name)


@pytest.mark.parametrize(("kind", "official"), PAIRS)
def test_every_input_is_an_official_input(kind: type[ResourceKind], official: type[pulumi.CustomResource]) -> None:
    """What a stand-in accepts, the official class accepts."""
    known = set(inspect.signature(getattr(official, "_internal_init")).parameters)  # noqa: B009 - typed as untyped

    inputs = {_snake(name) for name, item in kind.properties.items() if not item.output}

    assert inputs <= known


@pytest.mark.parametrize(("kind", "official"), PAIRS)
def test_every_output_is_an_official_output(kind: type[ResourceKind], official: type[pulumi.CustomResource]) -> None:
    """What a stand-in gives, the official class gives."""
    outputs = {_snake(name) for name in kind.properties}

    assert {name for name in outputs if not isinstance(getattr(official, name, None), property)} == set()


@pytest.mark.parametrize(("kind", "official"), PAIRS)
def test_type_is_the_official_type(kind: type[ResourceKind], official: type[pulumi.CustomResource]) -> None:
    """The names of the types agree."""
    assert kind.token == getattr(official, "pulumi_type")  # noqa: B009 - set by a decorator, unknown to the type checker


def test_every_setting_is_an_official_setting() -> None:
    """The provider's settings are those of the official provider."""
    known = set(inspect.signature(pulumi_postgresql.ProviderArgs.__init__).parameters)

    assert {_snake(name) for name in CONFIGURATION} <= known
