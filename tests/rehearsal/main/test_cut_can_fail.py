"""The check of lost answers: what it counts, and what it does not let pass."""

from collections import Counter

import pytest

from rehearsal.check_list import CheckFailedError
from rehearsal.checks.main.cut_after_write import IN_VAULT, check_cut, inventory, spoiled
from rehearsal.main.edge import Edge

pytestmark = pytest.mark.slow

OTHERS_WAIT = ("postgres/config/canary", "sys/policies/acl/canary-ops")


def test_answer_that_was_not_lost_is_noticed(edge: Edge) -> None:
    """An object that nobody makes again proves nothing."""
    unused = pytest.raises(CheckFailedError, match="expected every answer to be lost once, nothing came for PUT x/y")

    with unused, spoiled(edge, ("x/y",)):
        pass


def test_second_object_of_a_name_is_counted(edge: Edge) -> None:
    """A token, a client and a key of a name that is there are one too many, each by its name."""
    clouds, before = edge.clouds, inventory(edge)
    known, token = next(
        (known, token) for known, token in clouds.cloudflare.state.tokens.items() if "-r2-" in token.name
    )
    client = next(iter(clouds.ovh.state.clients.values()))
    key = next(key for key in clouds.google.state.keys.values() if key.state == "ACTIVE")
    clouds.cloudflare.state.tokens[f"{known}2"] = token
    clouds.ovh.state.clients["second"] = client
    clouds.google.state.keys["second"] = key

    found = inventory(edge) - before

    del clouds.cloudflare.state.tokens[f"{known}2"], clouds.ovh.state.clients["second"]
    del clouds.google.state.keys["second"]
    assert found == Counter(
        {f"Cloudflare's token {token.name}": 1, f"OVH's client {client.name}": 1, f"Google's key of {key.email}": 1}
    )


def test_objects_on_which_others_wait_are_taken_up_too(edge: Edge) -> None:
    """A policy and a connection whose answers are lost are there once in the end, and what waits for them as well."""
    assert check_cut(edge, in_vault=(*IN_VAULT, *OTHERS_WAIT)).startswith("12 answers lost")
