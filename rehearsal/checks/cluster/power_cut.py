"""All machines lose their power; what the runbook has typed brings the lab back, and makes nothing anew."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from ops.runbook.read_page import PAGES, read_page
from rehearsal.checks.cluster.operator_place import operator_place
from rehearsal.checks.cluster.runner import known_runners
from rehearsal.checks.hosts.runs import check_asked_again
from rehearsal.drills.place import Place
from rehearsal.hosts.bring_up import KIND, HostsLab
from rehearsal.lab import expect

UNSEALED = "factory:vault:Unsealed"
PAGE, UNSEAL_PAGE, SECTION = "power-cut.md", "unseal.md", "After a restart or a power cut"
PATIENCE_SECONDS = 240
LAST_LINES = 15


def check_power_cut(lab: HostsLab, *, pages: Path = PAGES) -> str:
    """Prove it with the commands of the page as it stands; a command is typed again while something still starts."""
    commands = [command.text for command in read_page(pages / PAGE)]
    expect(commands, f"{PAGE}: expected commands, found none")
    _expect_same_words(commands, pages)
    place = _place(lab)
    before = _made(lab)
    begun = time.monotonic()
    for machine in lab.machines:
        machine.kill()
    lab.machines.start()
    phases = [f"boot {time.monotonic() - begun:.0f} s"]
    for command in commands:
        started = time.monotonic()
        times = _type(command, place, until=started + PATIENCE_SECONDS)
        again = f" at the {times}. time" if times > 1 else ""
        phases.append(f"`{_shown(command)}` {time.monotonic() - started:.0f} s{again}")
    seconds = time.monotonic() - begun
    check_asked_again(lab)
    after = _made(lab)
    others = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    expect(not others, f"expected nothing to be made anew, found others of: {', '.join(others)}")
    return f"{seconds:.0f} s from the cut to the end of the page: {', '.join(phases)}"


def _expect_same_words(commands: Sequence[str], pages: Path) -> None:
    """Who follows the page of the seal after a power cut types nothing that is not tried here."""
    of_seal = [command.text for command in read_page(pages / UNSEAL_PAGE) if command.section == SECTION]
    expect(of_seal, f"{UNSEAL_PAGE}: expected commands in “{SECTION}”, found none")
    missing = [text for text in of_seal if text not in commands]
    expect(not missing, f"{PAGE}: expected the commands of {UNSEAL_PAGE} too, missing: {', '.join(missing)}")


def _place(lab: HostsLab) -> Place:
    place = operator_place(lab)
    exported = place.home / "export.json"
    exported.touch(mode=0o600)
    exported.write_text(lab.stack.export(), encoding="utf-8")
    kept = place.run(f"./factory hosts passwords <{exported}")
    exported.unlink()
    expect(kept.returncode == 0, f"expected the operator to have the passwords, found:\n{_end(kept)}")
    return place


def _type(command: str, place: Place, *, until: float) -> int:
    """Type *command* until it ends well, and return how often."""
    # An engine asks on a terminal alone.
    typed = f"{command} --yes" if command.startswith("./factory up") else command
    times = 0
    while True:
        times += 1
        done = place.run(place.as_here(typed, {}))
        if done.returncode == 0:
            return times
        expect(time.monotonic() < until, f"`{command}` still ends with {done.returncode}:\n{_end(done)}")
        time.sleep(1)


def _made(lab: HostsLab) -> Mapping[str, object]:
    """Return what a second making would change: when each resource was made, the runners, Vault and its keys."""
    made: dict[str, object] = {**lab.stack.created(KIND), **lab.stack.created(UNSEALED)}
    # A runner that was registered anew leaves its old self in Gitea's list.
    ids = sorted((str(runner["name"]), int(runner["id"])) for runner in known_runners(lab))
    made |= {f"runner {name}": [number for of, number in ids if of == name] for name, _ in ids}
    made |= {f"Vault {urn}": outputs["cluster"] for urn, outputs in lab.stack.resources(UNSEALED).items()}
    keys = lab.settings.vault
    return made | {"keys of Vault": Path(keys.key_file).read_bytes() if keys else b""}


def _shown(command: str) -> str:
    words = [word for word in command.split() if not word.startswith("--target") and word != "production"]
    return " ".join(words[:4])


def _end(done: "subprocess.CompletedProcess[str]") -> str:
    return "\n".join((done.stdout + done.stderr).strip().splitlines()[-LAST_LINES:])
