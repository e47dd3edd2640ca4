"""Whether the clock is kept right: tokens and certificates live for minutes."""

import shutil
import subprocess

from ops.machine.finding import Finding

FIX = "sudo timedatectl set-ntp true"


def clock() -> Finding:
    """Ask the system whether its clock follows a time server; where nobody can say so that is said."""
    program = shutil.which("timedatectl")
    command = [program or "timedatectl", "show", "--property=NTPSynchronized", "--value"]
    done = subprocess.run(command, capture_output=True, text=True, check=False) if program else None
    if done is None or done.returncode:
        return Finding(name="clock", found="this system does not say whether it is kept right", ok=True, needed=False)
    if done.stdout.strip() == "yes":
        return Finding(name="clock", found="follows a time server", ok=True, needed=False)
    return Finding(name="clock", found="follows no time server", ok=False, needed=False, fix=FIX)
