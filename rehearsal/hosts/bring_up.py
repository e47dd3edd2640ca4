"""Machines, registry and stack `hosts` of one rehearsal, ready to be checked."""

import contextlib
import itertools
import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import JsonValue

from ops.official.event_log import Document
from provider.guard import refuse_production
from rehearsal.bring_up import CHECKOUT, Wishes
from rehearsal.hosts.host_settings import rehearsal_host_settings
from rehearsal.hosts.served_k3s import later_k3s, served_k3s, with_next
from rehearsal.hosts.served_programs import ServedPrograms
from rehearsal.images.build import build
from rehearsal.images.lab_images import RECIPES, lab_image
from rehearsal.machines.machines import Machines
from rehearsal.part import FoundPart
from rehearsal.parts import STEP_CA, STEP_CLI, VAULT
from rehearsal.registry import Registry
from rehearsal.show import Show
from rehearsal.stack_files import production_settings, write_stack_files
from rehearsal.stack_runner import Engine, StackRunner
from rehearsal.vault_on_machine.files import AUTHORITY, MANIFEST
from rehearsal.vault_on_machine.vault_on_machine import VaultOnMachine
from stacks.hosts_settings import HostsSettings, read_hosts_settings

STACK = "hosts"
KIND = "factory:hosts:Layer"
REGISTRY_PORT = 5000
DISK_MIB = 6144


@dataclass(kw_only=True)
class HostsLab:
    """Running machines, one stack, and what was seen so far."""

    folder: Path
    """The rehearsal's own folder."""
    vault: VaultOnMachine
    """What the cluster's chart of Vault would run."""
    program: Path
    """The checkout whose program is rehearsed."""
    machines: Machines
    """The machines."""
    stack: StackRunner
    """The stack `hosts`."""
    new_stack: Callable[[], StackRunner]
    """Makes the same stack without a state."""
    settings: HostsSettings
    """Its settings."""
    all_cuts: bool
    """Whether every layer loses its machine."""
    plugins: Mapping[str, FoundPart]
    """What stood for each official provider."""
    later_k3s: Sequence[Mapping[str, JsonValue]]
    """What stands for k3s after the next patch, in order; none where later years are not rehearsed."""
    origins: Mapping[str, str]
    """Image → where what stands for it came from."""
    runs: dict[str, Document] = field(default_factory=dict)
    """`first` and `second` → what the engine did."""
    digests: dict[str, str] = field(default_factory=dict)
    """Layer of a machine → digest of it after the first run."""

    def begin_anew(self) -> None:
        """Make the machines bare and forget the state, as if nothing had been declared yet."""
        for machine in self.machines:
            machine.reset()
        self.machines.start()
        self.vault.prepare_again()
        # The keys open a Vault that is gone with its machine's disk.
        shutil.rmtree(self.folder / "keys", ignore_errors=True)
        self.stack = self.new_stack()

    def digests_of_now(self) -> dict[str, str]:
        """Return layer of a machine → digest of its code and settings, as it stands in the state."""
        return {urn.rpartition("::")[2]: str(outputs["digest"]) for urn, outputs in self.stack.resources(KIND).items()}


@contextlib.contextmanager
def bring_up_hosts(
    folder: Path, wishes: Wishes, *, engine: Engine, plugins: Mapping[str, FoundPart], show: Show
) -> Iterator[HostsLab]:
    """Start machines and registry in *folder* and prepare the stack; nothing is declared yet."""
    images = {name: lab_image(name) for name in RECIPES}
    built = [build(image) for image in images.values()]
    with contextlib.ExitStack() as stack:
        machines = stack.enter_context(Machines(folder / "machines", disk_mib=DISK_MIB, show=show))
        show.say(f"machines: {', '.join(f'{machine.name} {machine.address}' for machine in machines)}")
        stack.enter_context(_running(Registry((machines.gateway, REGISTRY_PORT), built, network=machines.network)))
        cluster = wishes.cluster or wishes.all_cuts
        of_k3s = served_k3s(folder / "assembled", shared=next(iter(machines)).shared) if cluster else {}
        programs = stack.enter_context(
            ServedPrograms(
                folder / "programs",
                {"step_ca": STEP_CA, "step_cli": STEP_CLI, **of_k3s},
                address=machines.gateway,
                network=machines.network,
            )
        )
        program_of_vault = programs.also("vault-server", VAULT)
        later = later_k3s(folder / "assembled") if cluster and (wishes.upgrades or wishes.all_cuts) else {}
        raw = rehearsal_host_settings(
            production_settings(wishes.program, stack=STACK),
            machines,
            gateway=machines.gateway,
            registry=f"http://{machines.gateway}:{REGISTRY_PORT}",
            built=with_next(programs.built) if cluster else programs.built,
            key_file=folder / "keys" / "keys.json",
        )
        settings = read_hosts_settings(json.dumps(raw))
        refuse_production(settings.addresses, {})
        paths = {name: found.path for name, found in plugins.items()}
        numbers = itertools.count(1)

        def new_stack() -> StackRunner:
            place = folder / f"{STACK}-{next(numbers)}"
            place.mkdir()
            write_stack_files(place, stack=STACK, program=wishes.program, settings=raw, plugins=paths)
            return StackRunner(place, stack=STACK, engine=engine, checkout=CHECKOUT, secrets_of_providers={})

        # What this thread starts, engine and provider included, is inside the machines' network, where production
        # has no address.
        stack.enter_context(machines.inside())
        vault = VaultOnMachine(
            machines[settings.roles.servers[0]],
            mount=settings.data,
            name=f"vault.{settings.domain}",
            # Without a cluster nothing places its manifest, and it begins as soon as it can have a certificate.
            sign=MANIFEST if cluster else AUTHORITY,
        )
        vault.prepare(**program_of_vault)
        yield HostsLab(
            folder=folder,
            vault=vault,
            program=wishes.program,
            machines=machines,
            stack=new_stack(),
            new_stack=new_stack,
            settings=settings,
            all_cuts=wishes.all_cuts,
            plugins=plugins,
            later_k3s=[{**programs.also(name, part), "version": part.version} for name, part in later.items()],
            origins={name: image.origin for name, image in images.items()},
        )


@contextlib.contextmanager
def _running(registry: Registry) -> Iterator[None]:
    threading.Thread(target=registry.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        registry.shutdown()
        registry.server_close()
