"""A small project whose resources are layers of machines, run by the embedded engine."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ops.official.event_log import Document
from rehearsal.machines.machines import Machines

ROOT = Path(__file__).resolve().parents[3]
PLUGIN = Path(__file__).resolve().parent / "plugin"
PROGRAM = """import json
from pathlib import Path

import pulumi

from provider.resources import HostLayer, HostsProvider

provider = HostsProvider("factory")
made = {}
for one in json.loads(Path("layers.json").read_text()):
    source = made.get(one["note_of"])
    given = {"password": pulumi.Output.secret(one["password"])} if one["password"] else {}
    settings = one["settings"]
    if source is not None:
        given["password"] = source.gives_secret["reversed"]
    opts = pulumi.ResourceOptions(provider=provider, depends_on=[made[name] for name in one["after"]])
    made[one["name"]] = HostLayer(
        one["name"], host=one["host"], layer=one["layer"], settings=settings, given=given, opts=opts
    )
"""


WATCH = """import sys
from pathlib import Path
from engine.run import Options
from engine.verbs import run_verb

def show(event):
    if getattr(event, "severity", "") == "progress":
        print(event.urn.rpartition("::")[2], event.message, flush=True)

run_verb(Path(sys.argv[2]), "test", verb=sys.argv[1], options=Options(), listener=show)
"""


class Project:
    """One project in a folder, and what it declares."""

    def __init__(self, folder: Path, lab: Machines | None) -> None:
        """Write it; it runs in the network of *lab*."""
        self.folder = folder
        self._lab = lab
        python = f"runtime: {{name: python, options: {{virtualenv: {sys.prefix}}}}}\n"
        plugin = f"plugins: {{providers: [{{name: factory, path: {PLUGIN}}}]}}\n"
        (folder / "Pulumi.yaml").write_text(f"name: demo\n{python}{plugin}")
        (folder / "__main__.py").write_text(PROGRAM)
        (folder / "state").mkdir()

    def declare(self, *layers: Mapping[str, object]) -> None:
        """Declare *layers* from now on."""
        (self.folder / "layers.json").write_text(json.dumps(layers))

    def run(self, verb: str, *flags: str) -> Document:
        """Run *verb* and return what was done."""
        return Document.model_validate_json(self._engine(verb, "--json", *flags))

    def text(self, verb: str, *flags: str) -> str:
        """Run *verb* and return what a person reads."""
        return self._engine(verb, "--diff", *flags)

    def state(self) -> dict[str, dict[str, Any]]:
        """Return the outputs of each layer as they stand in the state, by name."""
        file = self.folder / "state" / ".pulumi" / "stacks" / "demo" / "test.json"
        latest = json.loads(file.read_text())["checkpoint"]["latest"]
        return {one["urn"].rpartition("::")[2]: one["outputs"] for one in latest.get("resources", [])
                if one["type"] == "factory:hosts:Layer"}  # fmt: skip

    def watched(self, verb: str) -> str:
        """Run *verb* and return each passing line as who watches gets it."""
        _, environment = self._command(verb)
        watching = [sys.executable, "-P", "-c", WATCH, verb, str(self.folder)]
        command = watching if self._lab is None else self._lab.command(watching)
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120).stdout

    def interrupted(self, verb: str, *, when: Callable[[], bool], number: int = signal.SIGINT) -> str:
        """Run *verb*, send the signal *number* as soon as *when* says so, and return what was said."""
        command, environment = self._command(verb)
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        while not when():
            if process.poll() is not None:
                raise RuntimeError("the run ended before it could be interrupted")
            time.sleep(0.1)
        process.send_signal(number)
        return process.communicate(timeout=60)[0]

    def _engine(self, verb: str, *flags: str) -> str:
        command, environment = self._command(verb, *flags)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        return done.stdout or done.stderr

    def _command(self, verb: str, *flags: str) -> tuple[Sequence[str], Mapping[str, str]]:
        confirmed = [] if verb == "preview" or "--preview-only" in flags else ["--yes"]
        command = [sys.executable, "-P", "-m", "engine", verb, "test", "--cwd", str(self.folder), *flags, *confirmed]
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "FACTORY_"))},
            "PYTHONPATH": str(ROOT), "PULUMI_BACKEND_URL": (self.folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "demo", "PULUMI_HOME": str(self.folder / "home"),
        }  # fmt: skip
        return command if self._lab is None else self._lab.command(command), environment


def layer(name: str, host: Mapping[str, object], kind: str = "demo", **parts: object) -> dict[str, object]:
    """Return one layer as the program reads it."""
    settings = {"text": "hello"} if kind == "demo" else {}
    password = "word-of-the-demo" if kind in {"demo", "failing"} else ""
    return {
        "name": name, "host": host, "layer": kind, "settings": settings, "password": password, "note_of": "",
        "after": [], **parts,
    }  # fmt: skip


def steps(document: Document) -> dict[str, str]:
    """Return what was done with each layer, by name."""
    return {step.urn.rpartition("::")[2]: step.op for step in document.steps if step.type == "factory:hosts:Layer"}


def errors(document: Document) -> Sequence[str]:
    """Return the errors."""
    return [one.message for one in document.diagnostics if one.severity == "error"]
