"""A runner that does the workflows of a Gitea on this computer, with the libraries of Gitea's own runner."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from rehearsal.part import find_part
from rehearsal.parts import RUNNER
from rehearsal.servers.gitea import GiteaServer
from rehearsal.servers.server_process import ServerError

REGISTERED = "registered"
START_SECONDS, STOP_SECONDS = 60, 15
POLL_SECONDS = 0.05


class WorkflowRunner:
    """Does one job after the other, for as long as the `with` lasts; its steps are processes of the current user."""

    def __init__(self, gitea: GiteaServer, *, folder: Path, label: str, environment: Mapping[str, str]) -> None:
        """Describe a runner of jobs with this *label*; *environment* is what its machine gives to every step."""
        self.log = folder / "runner.log"
        self._gitea = gitea
        self._folder = folder
        self._label = label
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Register it, and begin to ask for jobs."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = find_part(RUNNER)
        with self._gitea.client() as client:
            told = client.get("/admin/runners/registration-token").raise_for_status().json()
        token = self._folder / "token"
        token.touch(mode=0o600)
        token.write_text(str(told["token"]), encoding="utf-8")
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [found.path, self._gitea.url, self._label, self._folder, token], env=self._environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while REGISTERED not in self.log.read_text(encoding="utf-8"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = self.log.read_text(encoding="utf-8")
                self._stop(self._process)
                raise ServerError(f"expected the runner of workflows to register, it said: {said}")
            time.sleep(POLL_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it, with whatever its steps still do."""
        if self._process is not None:
            self._stop(self._process)

    def _stop(self, process: "subprocess.Popen[bytes]") -> None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
