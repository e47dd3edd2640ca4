"""The folder in which the runs of one test happen: project, plugin, backend, objects, and what the runs printed."""

import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml
from pydantic import JsonValue

from engine.backend import Backend, Snapshot
from engine.project import Project
from tests.engine.conformance.playground import PASSPHRASE, SALT
from tests.engine.program_file import write_main
from tests.engine.robustness import shelf

PROJECT = "robust"
"""Name of the project."""

STACK = "lab"
"""Name of the stack."""

_CHECKOUT = Path(__file__).parents[3]
_PATIENCE = 60.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Done:
    """What one run said."""

    code: int
    """Its exit code; negative when a signal ended it."""

    stdout: str
    """Its standard output."""

    stderr: str
    """Its standard error."""

    def document(self) -> dict[str, JsonValue]:
        """Return the document that it printed."""
        return dict(json.loads(self.stdout))

    def errors(self) -> str:
        """Return the messages of its errors."""
        said = self.document()["diagnostics"]
        assert isinstance(said, list)
        return "\n".join(
            str(item["message"]) for item in said if isinstance(item, dict) and item["severity"] == "error"
        )


class Running:
    """A run that goes on."""

    def __init__(self, process: subprocess.Popen[bytes], *, printed: Path) -> None:
        """Follow *process*, whose output goes to *printed* with the endings `.out` and `.err`."""
        self.process = process
        """The engine's process, which leads a group of its own."""

        self._printed = printed

    def says(self) -> str:
        """Return what it has said so far on standard error."""
        return self._printed.with_suffix(".err").read_text()

    def wait(self) -> Done:
        """Wait for its end."""
        code = self.process.wait(timeout=_PATIENCE)
        out, err = (self._printed.with_suffix(ending).read_text() for ending in (".out", ".err"))
        return Done(code=code, stdout=out, stderr=err)


class Place:
    """A project whose provider is the shelf."""

    def __init__(self, folder: Path, *, program: str = "declared") -> None:
        """Fill *folder*; *program* names a module of `programs`."""
        self.project = folder / "project"
        """Folder of the project file."""

        self.folder = folder
        """The whole of it."""

        self.shelf = folder / "shelf"
        """Folder of the provider's objects, journal and faults."""

        self.backend = folder / "backend" / ".pulumi"
        """The backend's own folder."""

        self.state_file = self.backend / "stacks" / PROJECT / f"{STACK}.json"
        """The state of the stack."""

        self.lock_folder = self.backend / "locks" / "organization" / PROJECT / STACK
        """Where the locks of the stack lie."""

        self._printed = folder / "printed"
        self._runs = 0
        plugin = folder / "plugin"
        for created in (self.project, plugin, self.shelf / "objects", self._printed, folder / "home"):
            created.mkdir(parents=True)
        self.write_plugin("from tests.engine.robustness.shelf import serve\n\nserve()\n")
        runtime = {"name": "python", "options": {"virtualenv": sys.prefix}}
        (plugin / "PulumiPlugin.yaml").write_text(yaml.safe_dump({"runtime": runtime}))
        project = {
            "name": PROJECT,
            "runtime": runtime,
            "backend": {"url": (folder / "backend").as_uri()},
            "plugins": {"providers": [{"name": "shelf", "path": "../plugin"}]},
        }
        (self.project / "Pulumi.yaml").write_text(yaml.safe_dump(project))
        (self.project / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump({"encryptionsalt": SALT}))
        self.use_program(program)

    def use_program(self, name: str, *, function: str = "main") -> None:
        """Make *function* of the module *name* of `programs` the program of the next run."""
        source = f"from tests.engine.robustness.programs.{name} import {function}\n\n{function}()\n"
        write_main(self.project, source)

    def write_plugin(self, source: str) -> None:
        """Make *source* the provider plugin."""
        write_main(self.folder / "plugin", source)

    def set_faults(self, faults: Mapping[str, str]) -> None:
        """Let calls such as `create a` go wrong: `die`, `hang`, `partly: MESSAGE`, or any other message."""
        (self.shelf / "faults.json").write_text(json.dumps(faults))

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment for a run."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {
            shelf.FOLDER: str(self.shelf),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PYTHONPATH": str(_CHECKOUT),
            **more,
        }

    def start(self, *arguments: str, **more: str) -> Running:
        """Start `engine` with *arguments* (verb and options) and the environment variables *more*."""
        verb, *options = arguments
        command = ["-m", "engine", verb, STACK, "--cwd", str(self.project), *options]
        return self.start_python([*command, "--json"], **more)

    def start_python(self, arguments: list[str], **more: str) -> Running:
        """Start Python with *arguments*; what it prints is kept."""
        self._runs += 1
        printed = self._printed / f"run{self._runs}"
        with printed.with_suffix(".out").open("wb") as out, printed.with_suffix(".err").open("wb") as err:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=self.project,
                env=self.environment(**more),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        return Running(process, printed=printed)

    def run(self, *arguments: str, **more: str) -> Done:
        """Start `engine` as `start` does and wait for its end."""
        return self.start(*arguments, **more).wait()

    def start_for_people(self, *arguments: str) -> Running:
        """Start `engine` without `--json`."""
        verb, *options = arguments
        return self.start_python(["-m", "engine", verb, STACK, "--cwd", str(self.project), *options])

    def run_for_people(self, *arguments: str) -> Done:
        """Start `engine` without `--json` and wait for its end."""
        return self.start_for_people(*arguments).wait()

    def load(self) -> Snapshot:
        """Return the state as the engine reads it."""
        return Backend(Project.load(self.project), STACK).load()

    def objects(self) -> dict[str, dict[str, JsonValue]]:
        """Return the inputs of the objects that exist, by id."""
        return {path.stem: json.loads(path.read_text()) for path in (self.shelf / "objects").glob("*.json")}

    def journal(self) -> list[str]:
        """Return what the provider wrote down."""
        path = self.shelf / "journal"
        return path.read_text().splitlines() if path.exists() else []

    def providers(self) -> list[int]:
        """Return the process ids of all providers that ever ran here."""
        return [int(line.split()[1]) for line in self.journal() if line.startswith("provider ")]


def until(condition: Callable[[], bool], *, what: str) -> None:
    """Wait until *condition* holds.

    Raises:
        TimeoutError: it does not come to hold; names *what*.

    """
    limit = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > limit:
            raise TimeoutError(what)
        time.sleep(0.01)


def alive(process: int) -> bool:
    """Tell whether the process with this id runs; one that waits to be reaped does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in {"Z", "X"}
