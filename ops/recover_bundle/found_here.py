"""What belongs into a bundle, as it is here and now."""

import dataclasses
import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from engine.backend import Backend, StateError
from engine.project import Project, ProjectError
from engine.secrets import PassphraseError, passphrase_from_environment
from hosts.versions import PINS
from ops.recover_bundle.found_artefacts import found_artefacts
from ops.recover_bundle.pinned_file import REQUIREMENTS, pinned_files
from ops.runbook.read_page import PAGES
from stacks.hosts_settings import HostsSettings

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "passphrase"  # noqa: S105 - the name of a file
_SETTINGS = ("Pulumi.yaml", "production.yaml")


class NotHereError(Exception):
    """Something cannot be read; the text says what."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class FoundHere:
    """It."""

    commit: str
    changed: Sequence[str]
    files: Mapping[str, bytes]
    """Path in the bundle → content: settings, states, pins, addresses, runbooks."""
    artefacts: Mapping[str, Path]
    """Path in the bundle → pinned file."""
    missing_artefacts: Mapping[str, str]
    """What is pinned and not here → the command that brings it."""
    states: Mapping[str, bool]
    keys: Mapping[str, bytes] = dataclasses.field(repr=False)
    """Path from the operator's home → content of each key file that is here."""
    lacking: Sequence[str]
    """What should be here and is not."""


def found_here(folder: Path, settings: HostsSettings, *, passwords: Path, artefacts: Path | None) -> FoundHere:
    """Return what the stack files in *folder*, their states and this machine have.

    Raises:
        NotHereError: a state cannot be read, or the checkout is none.

    """
    names = sorted(file.name.split(".")[1] for file in folder.glob("Pulumi.*.yaml"))
    states = {name: text for name in names if (text := _state(folder, name)) is not None}
    files = {f"settings/{file.name}": file.read_bytes() for file in _settings_files(folder)}
    files |= {f"state/{name}.json": text for name, text in states.items()}
    files |= {f"runbooks/{page.name}": page.read_bytes() for page in sorted(PAGES.glob("*.md"))}
    files["pins.json"] = _json({name: dataclasses.asdict(pin) for name, pin in PINS.items()})
    files["addresses.json"] = _json(_addresses(settings))
    requirements = "".join((ROOT / name).read_text(encoding="utf-8") for name in REQUIREMENTS)
    pinned = found_artefacts([*pinned_files(PINS, requirements)], artefacts)
    keys, lacking = _keys(settings, passwords, sealed_states=bool(states))
    return FoundHere(
        commit=git("rev-parse", "HEAD").strip(),
        changed=git("diff", "--name-only", "HEAD").split(),
        files=files,
        artefacts=pinned.files,
        missing_artefacts={one.name: one.helps for one in pinned.missing},
        states={name: name in states for name in names},
        keys=keys,
        lacking=lacking,
    )


def git(*words: str) -> str:
    """Return what git says of the checkout."""
    program = shutil.which("git")
    if program is None:
        raise NotHereError("git is missing: apt-get install git")
    done = subprocess.run([program, "-C", str(ROOT), *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotHereError(f"git {words[0]}: {done.stderr.strip()}")
    return done.stdout


def _settings_files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("Pulumi.*.yaml"))
    for name in _SETTINGS:
        place = folder / name if (folder / name).exists() else ROOT / name
        yield place


def _state(folder: Path, stack: str) -> bytes | None:
    """Return the state of *stack*, its secrets encrypted; None where it has none."""
    try:
        file = Backend(Project.load(folder), stack).path
    except (ProjectError, StateError):
        return _exported(folder, stack)
    return file.read_bytes() if file.exists() else None


def _exported(folder: Path, stack: str) -> bytes | None:
    """Return what the official CLI exports: it alone reads a bucket."""
    program = shutil.which("pulumi")
    if program is None:
        raise NotHereError(
            f"the state of {stack} is in no folder. Expected the Pulumi CLI on PATH, which reads buckets"
        )
    done = subprocess.run(
        [program, "stack", "export", "--stack", stack, "--non-interactive"],
        cwd=folder, capture_output=True, check=False,
    )  # fmt: skip
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode and "no stack named" in said:
        return None
    if done.returncode:
        raise NotHereError(f"the state of {stack}: {said}")
    return done.stdout


def _addresses(settings: HostsSettings) -> Mapping[str, object]:
    return {
        "hosts": [dict(host.connection) for host in settings.hosts],
        "roles": settings.roles.model_dump(mode="json"),
        "network": settings.network.model_dump(mode="json"),
        "domain": settings.domain,
        "vault": settings.vault.url if settings.vault else None,
    }


def _keys(
    settings: HostsSettings, passwords: Path, *, sealed_states: bool
) -> tuple[Mapping[str, bytes], Sequence[str]]:
    wanted = {"the generated passwords": passwords}
    if settings.vault:
        wanted["the keys of Vault"] = Path(settings.vault.key_file)
        wanted["which Vault they open"] = Path(f"{settings.vault.key_file}.vault")
    keys, lacking = {}, []
    for what, place in wanted.items():
        file = place.expanduser()
        try:
            keys[_from_home(file)] = file.read_bytes()
        except OSError as error:
            lacking.append(f"{what}: {file}: {error.strerror}")
    try:
        keys[PASSPHRASE] = passphrase_from_environment().encode()
    except PassphraseError as error:
        if sealed_states:
            lacking.append(f"the passphrase of the states: {error}")
    return keys, lacking


def _from_home(file: Path) -> str:
    home = Path.home()
    return str(file.relative_to(home)) if file.is_relative_to(home) else file.name


def _json(document: object) -> bytes:
    return (json.dumps(document, indent=1, sort_keys=True) + "\n").encode()
