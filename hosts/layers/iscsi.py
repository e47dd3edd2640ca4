"""Layer: what Longhorn needs of a host, the iSCSI initiator and the NFS client."""

from collections.abc import Mapping

from pyinfra.context import host

from hosts.facts.kernel_modules import KernelModules
from hosts.facts.system_state import System, SystemState
from hosts.layer import Given, Layer, Value
from hosts.model import Model
from hosts.operations.installed_packages import installed_packages
from hosts.operations.loaded_modules import loaded_modules
from hosts.operations.running_service import running_service

PACKAGES = ("nfs-common", "open-iscsi")
MODULES = ("iscsi_tcp", "nfs")


class Iscsi(Model):
    """The iSCSI initiator has no settings: Longhorn tells it what to do."""


def deploy_iscsi(iscsi: Iscsi, given: Given) -> None:
    """Install both; load the modules and run the initiator where the kernel has what they need."""
    del iscsi, given
    system = host.get_fact(SystemState)
    modules = host.get_fact(KernelModules, names=list(MODULES))
    installed_packages(name="Install the iSCSI initiator and the NFS client", packages=PACKAGES)
    # On a machine with a kernel of its own a missing module is a fault, and the operation says so.
    wanted = [module for module in MODULES if module in modules or not system.container]
    if wanted:
        loaded_modules(name="Load the modules of iSCSI and NFS", label="factory-storage", modules=wanted)
    if "iscsi_tcp" in wanted:
        running_service(name="Run the iSCSI initiator", unit="iscsid.service")


def read_iscsi(iscsi: Iscsi) -> Mapping[str, str]:
    """Say what this host cannot do."""
    del iscsi
    modules = host.get_fact(KernelModules, names=list(MODULES))
    return {"not_here": "; ".join(not_here(host.get_fact(SystemState), modules=modules))}


def not_here(system: System, *, modules: Mapping[str, str]) -> list[str]:
    """Return what this layer gives a host of the lab and cannot give this one, which shares its kernel."""
    if not system.container:
        return []
    missing = [f"the kernel module {module}" for module in MODULES if module not in modules]
    if "iscsi_tcp" not in modules:
        missing.append("a running iSCSI initiator")
    return missing


LAYER = Layer(
    name="iscsi",
    settings=Iscsi,
    deploy=deploy_iscsi,
    needs=("base",),
    gives={"not_here": Value(meaning="what this layer cannot give this host", secret=False)},
    read_given=read_iscsi,
)
