"""The steps as a layer of our own."""

from pyinfra.operations import files, server

from bench.machine_steps import steps
from hosts.layer import Given, Layer
from hosts.model import Model
from hosts.operations.installed_packages import installed_packages
from hosts.operations.placed_file import placed_file
from hosts.operations.running_service import running_service


class Steps(Model):
    """No settings: all are constants."""


def deploy_steps(settings: Steps, given: Given) -> None:
    """Give the machine all of them."""
    del settings, given
    installed_packages(name="Install packages", packages=steps.PACKAGES)
    for user in steps.USERS:
        server.user(name=f"Make {user}", user=user, home=f"/home/{user}")
    for folder in steps.FOLDERS:
        files.directory(name=f"Make {folder}", path=folder, mode="755")
    for path, text in steps.FILES.items():
        placed_file(name=f"Place {path}", text=text, dest=path)
    link, target = steps.LINK
    files.link(name="Link", path=link, target=target)
    file, line = steps.LINE
    files.line(name="Add a line", path=file, line=line)
    unit, text = steps.UNIT
    placed = placed_file(name="Place the unit", text=text, dest=unit)
    running_service(name="Run it", unit=steps.SERVICE, files=(unit,), after=(placed,))
    running_service(name="Run the SSH server", unit="ssh.service")


LAYER = Layer(name="steps", settings=Steps, deploy=deploy_steps)
