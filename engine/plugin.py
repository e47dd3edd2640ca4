"""Provider plugins as processes: found, started, watched, and ended together with the run."""

import collections
import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final

import grpc
import yaml
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from engine.project import Project

_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 3.0
_CANCEL_SECONDS: Final = 5.0
_LAST_LINES: Final = 20
_MESSAGE_BYTES: Final = 400 * 1024 * 1024


class PluginError(Exception):
    """A plugin is missing, does not start, or died."""


def find(project: Project, package: str, version: str) -> tuple[Sequence[str], Path]:
    """Return the command that starts the plugin of *package*, and the plugin's folder.

    Looked up in this order: the project's `plugins.providers`, Pulumi's own plugin folder (exact version when one is
    asked for), `PATH`.

    Raises:
        PluginError: there is none.

    """
    if (folder := project.plugins.get(package)) is not None:
        return _source_command(folder), folder
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi") / "plugins"
    name = f"pulumi-resource-{package}"
    candidates = sorted(home.glob(f"resource-{package}-v{version or '*'}/{name}"))
    if candidates:
        return [str(candidates[-1])], candidates[-1].parent
    if found := shutil.which(name):
        return [found], Path(found).parent
    wanted = f" v{version}" if version else ""
    raise PluginError(
        f"expected the provider plugin {package}{wanted}: list its folder in Pulumi.yaml under plugins.providers, "
        f"or run `pulumi plugin install resource {package} {version}`".rstrip()
    )


def _source_command(folder: Path) -> Sequence[str]:
    manifest = folder / "PulumiPlugin.yaml"
    if not manifest.exists():
        binaries = sorted(folder.glob("pulumi-resource-*"))
        if binaries:
            return [str(binaries[0])]
        raise PluginError(f"{folder}: expected PulumiPlugin.yaml or a pulumi-resource-… program")
    runtime = yaml.safe_load(manifest.read_text(encoding="utf-8")).get("runtime", {})
    name = runtime if isinstance(runtime, str) else runtime.get("name")
    if name != "python":
        raise PluginError(f"{manifest}: expected runtime python, found {name}; use the official engine")
    options = {} if isinstance(runtime, str) else runtime.get("options") or {}
    python = sys.executable
    if environment := options.get("virtualenv"):
        candidate = (folder / environment / "bin" / "python").absolute()
        python = str(candidate) if candidate.exists() else python
    return [python, str(folder)]


class Plugin:
    """A running provider plugin."""

    def __init__(self, package: str, command: Sequence[str], environment: Mapping[str, str], engine: str) -> None:
        """Start the process; its first line of output is the port it listens on.

        The process gets a group of its own and dies with this one. PDEATHSIG is tied to the thread that starts it,
        so a thread that lives as long as the run must call this.

        Raises:
            PluginError: it ended or said nothing within a minute; carries its last output.

        """
        self.package: Final = package
        self._lines: collections.deque[str] = collections.deque(maxlen=_LAST_LINES)
        self.process: Final = subprocess.Popen(
            _with_parent([*command, engine]),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        first: queue.Queue[str] = queue.Queue()
        self._drains: Final = [
            threading.Thread(target=self._drain, args=(self.process.stdout, first), daemon=True),
            threading.Thread(target=self._drain, args=(self.process.stderr, None), daemon=True),
        ]
        for drain in self._drains:
            drain.start()
        try:
            port = int(first.get(timeout=_START_SECONDS))
        except (queue.Empty, ValueError) as error:
            said = self.last_output()
            self.stop()
            raise PluginError(f"the provider plugin {package} did not start.{said}") from error
        self.channel: Final = grpc.insecure_channel(
            f"127.0.0.1:{port}",
            options=[("grpc.max_receive_message_length", _MESSAGE_BYTES), ("grpc.max_send_message_length", -1)],
        )

    def _drain(self, stream: IO[str] | None, first: "queue.Queue[str] | None") -> None:
        for line in stream or ():
            if first is not None and line.strip().isdecimal():
                first.put(line.strip())
                first = None
                continue
            if line.strip():
                self._lines.append(line.rstrip())
            if first is not None:
                first.put("")
                first = None
        if first is not None:
            first.put("")

    def ended(self, *, soon: bool) -> bool:
        """Tell whether the process has ended; *soon* says that it seems to, since its connection broke."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            # The kernel closes the connection a little before the process counts as ended.
            self.process.wait(timeout=1 if soon else 0)
        return self.process.poll() is not None

    def last_output(self) -> str:
        """Return the plugin's last lines, ready to follow a sentence."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=0.2)
        code = self.process.poll()
        if code is not None:
            for drain in self._drains:
                drain.join(timeout=1)  # a process that it left behind may keep the pipe open
        ended = "" if code is None else f" It ended with status {code}."
        lines = "\n".join(self._lines)
        return f"{ended} Its last output:\n{lines}" if lines else f"{ended} It printed nothing."

    def cancel(self) -> None:
        """Ask it to end what it is doing soon; one that knows no such request is left alone."""
        with contextlib.suppress(grpc.RpcError):
            ResourceProviderStub(self.channel).Cancel(Empty(), timeout=_CANCEL_SECONDS)

    def stop(self) -> None:
        """End the process and everything in its group."""
        if (channel := getattr(self, "channel", None)) is not None:
            channel.close()
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=_STOP_SECONDS)
                return


_WATCH: Final = (
    "import ctypes, os, sys\n"
    "ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)\n"
    "sys.exit(1) if os.getppid() != int(sys.argv[1]) else os.execvp(sys.argv[2], sys.argv[2:])\n"
)
"""Asks the kernel to kill the process with its parent (PR_SET_PDEATHSIG), then becomes the plugin.

A `preexec_fn` would do the same but forks a process full of gRPC threads, which aborts now and then.
"""


def _with_parent(command: Sequence[str]) -> Sequence[str]:
    if not sys.platform.startswith("linux"):
        return command
    return [sys.executable, "-S", "-E", "-c", _WATCH, str(os.getpid()), *command]
