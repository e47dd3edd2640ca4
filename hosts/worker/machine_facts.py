"""What kind of machine it is, in one question."""

from hosts.worker.connection import Connection
from hosts.worker.errors import WorkerError

_QUESTIONS = {
    "name": "hostname",
    "machine-id": "cat /etc/machine-id",
    "system": ". /etc/os-release && echo $PRETTY_NAME",
    "kernel": "uname -r",
    "architecture": "dpkg --print-architecture",
    "model": "tr -d '\\0' < /proc/device-tree/model 2>/dev/null || cat /sys/class/dmi/id/product_name 2>/dev/null",
    "processors": "nproc",
    "memory": "awk '/^MemTotal/ {printf \"%d MiB\", $2/1024}' /proc/meminfo",
    "up since": "uptime -s 2>/dev/null",
    "addresses": "hostname -I",
    "disks": "lsblk -dno NAME,SIZE,MODEL 2>/dev/null | grep -v '^loop'",
    "disk ids": "ls /dev/disk/by-id 2>/dev/null",
    "space": "df -h --output=target,size,avail -x tmpfs -x devtmpfs 2>/dev/null | tail -n +2",
}
_END = "-- end of answer --"


def machine_facts(connection: Connection) -> dict[str, str]:
    """Return name → text; a question that the machine cannot answer gives an empty text."""
    script = f"\necho; echo '{_END}'\n".join(f"{{ {question}; }}" for question in _QUESTIONS.values())
    finished = connection.run(script, stdin=None, timeout=30)
    answers = finished.out.decode(errors="replace").split(f"\n{_END}\n")
    if len(answers) != len(_QUESTIONS):
        raise WorkerError(f"{connection.machine.name}: expected {len(_QUESTIONS)} answers, found {len(answers)}")
    return {name: answer.strip() for name, answer in zip(_QUESTIONS, answers, strict=True)}
