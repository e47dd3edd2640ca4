"""A throw-away project for benchmarks: files, backend, environment, and runs with wall time and memory."""

import dataclasses
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parent.parent
PASSPHRASE: Final = "bench"  # noqa: S105  # of a stack that lives for a minute
PROJECT: Final = "bench"
STACK: Final = "bench"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Measured:
    """What one run cost."""

    seconds: float
    mebibytes: float
    counts: Mapping[str, int]


class Playground:
    """One project in *folder*, run by either engine."""

    def __init__(self, folder: Path, *, applications: int) -> None:
        """Write project, program and plugin."""
        self.folder: Final = folder
        plugin = folder / "quick"
        plugin.mkdir(parents=True)
        runtime = f"runtime: {{name: python, options: {{virtualenv: {sys.prefix}}}}}\n"
        (plugin / "PulumiPlugin.yaml").write_text(runtime)
        (plugin / "__main__.py").write_text("from bench.quick_provider import main\n\nmain()\n")
        (folder / "__main__.py").write_text("from bench.quick_program import main\n\nmain()\n")
        providers = "plugins: {providers: [{name: quick, path: ./quick}]}\n"
        (folder / "Pulumi.yaml").write_text(f"name: {PROJECT}\n{runtime}{providers}")
        (folder / "state").mkdir()
        self.environment: Final = {
            **{key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")},
            "BENCH_APPLICATIONS": str(applications),
            "PYTHONPATH": str(CHECKOUT),
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }

    def embedded(self, verb: str) -> Measured:
        """Run *verb* with the embedded engine."""
        command = [sys.executable, "-m", "engine", verb, STACK, "--cwd", str(self.folder), "--json", "--yes"]
        output, seconds, peak = self._timed(command)
        document = json.loads(output)
        if document["result"] != "succeeded":
            raise RuntimeError(f"{verb}: {document['diagnostics']}")
        return Measured(seconds=seconds, mebibytes=peak, counts=document["counts"])

    def official(self, verb: str) -> Measured:
        """Run *verb* with the `pulumi` on `PATH`."""
        pulumi = shutil.which("pulumi") or "pulumi"
        if not (self.folder / "Pulumi.bench.yaml").exists():
            self._timed([pulumi, "stack", "init", STACK, "--cwd", str(self.folder)])
        command = [pulumi, verb, "--stack", STACK, "--cwd", str(self.folder), "--non-interactive"]
        command += ["--yes", "--skip-preview"] if verb != "preview" else []
        _, seconds, peak = self._timed(command)
        return Measured(seconds=seconds, mebibytes=peak, counts={})

    def _timed(self, command: Sequence[str]) -> tuple[str, float, float]:
        """Return output, wall seconds and the peak memory of the biggest process, in MiB."""
        started = time.monotonic()
        with subprocess.Popen(
            command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        ) as process:
            output = process.stdout.read() if process.stdout else ""
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - started
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{output[-2000:]}")
        return output, seconds, _mebibytes(usage)


def _mebibytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024
