"""The steps for the command of pyinfra: it executes this file."""

from io import StringIO

from pyinfra.operations import apt, files, server, systemd

from bench.machine_steps import steps

apt.packages(name="Install packages", packages=list(steps.PACKAGES))
for user in steps.USERS:
    server.user(name=f"Make {user}", user=user, home=f"/home/{user}")
for folder in steps.FOLDERS:
    files.directory(name=f"Make {folder}", path=folder, mode="755")
for path, text in steps.FILES.items():
    files.put(name=f"Place {path}", src=StringIO(text), dest=path, mode="644")
link, target = steps.LINK
files.link(name="Link", path=link, target=target)
file, line = steps.LINE
files.line(name="Add a line", path=file, line=line)
unit, content = steps.UNIT
placed = files.put(name="Place the unit", src=StringIO(content), dest=unit, mode="644")
systemd.service(name="Run it", service=steps.SERVICE, running=True, enabled=True, daemon_reload=placed.will_change)
systemd.service(name="Run the SSH server", service="ssh.service", running=True)
