"""Where the operator of a rehearsal types."""

from rehearsal.bring_up import CHECKOUT
from rehearsal.drills.place import Place
from rehearsal.hosts.bring_up import HostsLab


def operator_place(lab: HostsLab) -> Place:
    """Return the place of *lab*, with `./factory` and an `ssh` that knows the machines."""
    home = lab.folder / "operator"
    home.mkdir(exist_ok=True)
    place = Place(
        folder=lab.stack.folder,
        home=home,
        environment={**lab.stack.environment(), "PYTHONPATH": str(CHECKOUT), "FACTORY_TARGET": "rehearsal"},
        machines=lab.machines,
        around=lab.machines.command,
    )
    place.prepare(CHECKOUT)
    return place
