"""What the stack `hosts` declares, as the engine gets it."""

import dataclasses
import itertools
import json
from pathlib import Path

import pytest
import yaml

from components.host_machine import HOLDS_DATA
from hosts.layers.order import LAYERS
from provider.guard import ProductionRefusedError, refuse_production
from stacks.host_layers import IN_TURN, LAYER_ORDER, host_layers, layer_faults
from stacks.host_things import THING_ORDER
from stacks.hosts import FROM_THE_AUTHORITY, FROM_THE_OPERATOR, FROM_THE_SERVER, PASSWORDS, declare_hosts
from stacks.hosts_settings import HostsSettings, read_hosts_settings
from tests.declare import Declared, Program, declare

ROOT = Path(__file__).resolve().parents[2]
LAYER = "factory:hosts:Layer"
BUILT = {"url": "http://10.77.0.1:8080/program", "sha256": "0" * 64}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Production:
    """The settings of production, as text and read."""

    text: str
    settings: HostsSettings


@pytest.fixture(scope="module")
def production() -> Production:
    """Read the settings of production."""
    file = yaml.safe_load((ROOT / "Pulumi.hosts.yaml").read_text(encoding="utf-8"))
    text = json.dumps(file["config"]["factory:settings"])
    return Production(text=text, settings=read_hosts_settings(text))


@pytest.fixture(scope="module")
def rehearsed(production: Production) -> HostsSettings:
    """Give the settings what a rehearsal puts in the place of what it cannot have."""
    raw = json.loads(production.text)
    for host in raw["hosts"]:
        host["data_disk"] = f"disk-of-{host['name']}"
    raw["rehearsed"] = {"registry": "http://10.77.0.1:5000", "step_ca": BUILT, "step_cli": BUILT, "k3s": BUILT}
    return read_hosts_settings(json.dumps(raw))


@pytest.fixture(scope="module")
def program(rehearsed: HostsSettings) -> Program:
    """Declare the stack."""
    return declare(declare_hosts, rehearsed)


def test_layers_of_each_machine(program: Program) -> None:
    """Each machine is given what its roles say, and nothing else."""
    every = {"base", "disks", "docker", "resolver", "iscsi", "backup"}

    given = {name for kind, name in program if kind == LAYER}

    assert given == {
        *(f"{machine}-{layer}" for machine in ("pi1", "pi2", "pi3") for layer in every),
        "pi1-pki", "pi2-pki_replica", "pi3-pki_replica", "pi1-dns", "pi3-dns",
        "pi2-postgres", "pi2-pgbouncer", "pi2-gitea", "pi1-runner", "pi3-runner", "pi1-k3s",
        *(f"pi1-{thing}" for thing in THING_ORDER),
        "pi3-backup_keeper",
        *(f"{machine}-{layer}" for machine in ("pi2", "pi3") for layer in ("k3s_drain", "k3s_agent", "k3s_return")),
    }  # fmt: skip


def test_order_is_the_layers_own() -> None:
    """The stack gives the layers in the order in which they need each other."""
    assert tuple(layer.name for layer in LAYERS) == LAYER_ORDER


def test_every_layer_takes_what_it_is_told(rehearsed: HostsSettings) -> None:
    """The layers' own models accept what the stack computes for them."""
    models = {layer.name: layer.settings for layer in LAYERS}

    for host in rehearsed.hosts:
        for name, settings in host_layers(rehearsed, host).items():
            models[name].model_validate_json(json.dumps(settings))


def test_every_layer_is_given_what_it_needs() -> None:
    """Each value that a layer is given is one that it asks for, and none is missing."""
    for layer in LAYERS:
        assert set(layer.given) == {
            *PASSWORDS.get(layer.name, ()),
            *FROM_THE_AUTHORITY.get(layer.name, ()),
            *FROM_THE_SERVER.get(layer.name, ()),
            *FROM_THE_OPERATOR.get(layer.name, ()),
        }


def test_what_holds_data_is_protected(program: Program) -> None:
    """The layers that say they hold data are protected and kept, the others are not."""
    assert {layer.name for layer in LAYERS if layer.holds_data} == HOLDS_DATA
    layers = {name: declared for (kind, name), declared in program.items() if kind == LAYER}
    kept = {name for name, declared in layers.items() if declared.protected and declared.retained}
    either = {name for name, declared in layers.items() if declared.protected or declared.retained}

    assert kept == either == {name for name in layers if name.partition("-")[2] in HOLDS_DATA}


def test_layers_of_a_machine_come_one_after_the_other(program: Program) -> None:
    """Each layer waits for the one before on its machine."""
    for machine in ("pi1", "pi2", "pi3"):
        row = [program[LAYER, f"{machine}-{name}"] for name in LAYER_ORDER if (LAYER, f"{machine}-{name}") in program]
        for before, after in itertools.pairwise(row):
            assert before.urn in after.dependencies


def test_hosts_turn_to_the_resolvers_when_both_answer(program: Program) -> None:
    """No machine asks the lab's resolvers before the layer `dns` is done on both."""
    both = {program[LAYER, "pi1-dns"].urn, program[LAYER, "pi3-dns"].urn}

    for machine in ("pi1", "pi2", "pi3"):
        assert both <= program[LAYER, f"{machine}-resolver"].dependencies


def test_agents_are_exchanged_one_after_the_other(program: Program) -> None:
    """The first agent waits for the server, each other one until the one before is back; a server empties them."""
    first, second = program[LAYER, "pi2-k3s_drain"], program[LAYER, "pi3-k3s_drain"]

    assert program[LAYER, "pi1-k3s"].urn in first.dependencies & second.dependencies
    assert program[LAYER, "pi2-k3s_return"].urn in second.dependencies
    assert [_done_on(program[LAYER, f"pi2-{layer}"]) for layer in IN_TURN] == ["pi1", "pi2", "pi1"]


def test_without_anything_in_its_place_there_is_no_cluster(rehearsed: HostsSettings) -> None:
    """A rehearsal that has nothing for k3s declares no layer of it."""
    built = rehearsed.rehearsed
    assert built is not None
    without = rehearsed.model_copy(update={"rehearsed": built.model_copy(update={"k3s": None})})

    assert not [layer for host in without.hosts for layer in host_layers(without, host) if layer.startswith("k3s")]


def test_runners_wait_for_gitea(program: Program) -> None:
    """No runner is registered before Gitea is there, and all of them with the token that Gitea was given."""
    gitea = program[LAYER, "pi2-gitea"]

    for machine in ("pi1", "pi3"):
        assert gitea.urn in program[LAYER, f"{machine}-runner"].dependencies


def test_passwords_stay_secret(program: Program) -> None:
    """What a layer is given is secret where a password is among it."""
    for (kind, name), declared in program.items():
        if kind == LAYER and name.partition("-")[2] in PASSWORDS:
            assert "given" in declared.secrets, name


def test_production_lacks_what_nobody_could_read(production: Production) -> None:
    """What is not known yet keeps production from being touched, each with the command that helps."""
    faults = [*layer_faults(production.settings)]

    assert faults[0] == (
        "settings.hosts[0].data_disk: missing. Expected its name in /dev/disk/by-id; "
        "`./factory hosts facts pi1` lists the disks"
    )
    assert "`./factory pins update postgres`" in "\n".join(faults)
    assert "the chart vault-chart has an open pin" in "\n".join(faults)


def test_production_settings_are_guarded(production: Production) -> None:
    """The settings as they are committed are refused unless production is asked for."""
    with pytest.raises(ProductionRefusedError, match=r"settings\.hosts\[1\]\.address: 192\.168\.1\.202 is production"):
        refuse_production(production.settings.addresses, {})


def _done_on(declared: Declared) -> object:
    host = declared.inputs["host"]
    return host["name"] if isinstance(host, dict) else None


def test_vault_is_unsealed_after_the_layer_that_brings_it(rehearsed: HostsSettings) -> None:
    """With a cluster that is its own layer, else the layer that the rehearsal names; without one none is declared."""
    raw = rehearsed.model_dump(mode="json")
    raw["rehearsed"]["k3s"] = None
    without = read_hosts_settings(json.dumps(raw))
    raw["rehearsed"]["vault_after"] = "pki"
    named = read_hosts_settings(json.dumps(raw))
    unsealed = "factory:vault:Unsealed"

    for settings, layer in ((rehearsed, "pi1-vault"), (named, "pi1-pki")):
        program = declare(declare_hosts, settings)
        assert program[LAYER, layer].urn in program[unsealed, "vault"].dependencies
    assert (unsealed, "vault") not in declare(declare_hosts, without)
