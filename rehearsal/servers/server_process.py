"""One server process: without root's rights, ended with its parent, its output in a file."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ACCOUNT = "nobody"
LOG_LINES = 15
STOP_SECONDS = 15


class ServerError(RuntimeError):
    """A server could not be started or ended on its own."""


class ServerProcess:
    """A server that runs until it is stopped or until its parent ends.

    When the rehearsal runs as root the server runs as `nobody`, and so does everything in its folder.
    """

    def __init__(self, name: str, *, folder: Path, death_signal: signal.Signals = signal.SIGTERM) -> None:
        """Describe the process called *name* that works in *folder*; *death_signal* ends it quickly."""
        self.name = name
        self.folder = folder
        self.log = folder / f"{name}.log"
        self._death_signal = death_signal
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Make the folder, and check that the server's account can reach it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        closed = first_closed_folder(self.folder.parent)
        if closed is not None:
            raise ServerError(
                f"expected a folder that the account {ACCOUNT} can reach, found {closed} closed to it; "
                "use rehearsal.servers.own_folder, or: chmod o+x " + str(closed),
            )
        self.hand_over(self.folder)

    def hand_over(self, path: Path) -> None:
        """Give *path* to the account that the server runs as."""
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            os.chown(path, account.pw_uid, account.pw_gid)

    def write(self, name: str, text: str) -> Path:
        """Write a file that only the server can read into its folder."""
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        self.hand_over(path)
        return path

    def run(self, command: Sequence[str | Path], *, env: Mapping[str, str]) -> None:
        """Run *command* to its end as the server's account."""
        with self.log.open("ab") as log:
            done = subprocess.run(
                self._wrapped(command), cwd=self.folder, env=dict(env), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, check=False, start_new_session=True,
            )  # fmt: skip
        if done.returncode != 0:
            raise ServerError(f"{command[0]} ended with {done.returncode}; its last lines:\n{self.last_lines()}")

    def answer(self, command: Sequence[str | Path], *, env: Mapping[str, str]) -> str:
        """Run *command* to its end as the server's account; return what it writes, which is kept out of the log."""
        with self.log.open("ab") as log:
            done = subprocess.run(
                self._wrapped(command), cwd=self.folder, env=dict(env), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=log, check=False, start_new_session=True, text=True,
            )  # fmt: skip
        if done.returncode != 0:
            raise ServerError(f"{command[0]} ended with {done.returncode}; its last lines:\n{self.last_lines()}")
        return done.stdout

    def start(self, command: Sequence[str | Path], *, env: Mapping[str, str]) -> None:
        """Start *command*; it is up to the caller to wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._wrapped(command), cwd=self.folder, env=dict(env), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int | None:
        """Process id while the server runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def stop(self) -> None:
        """Ask the server to end, insist after a while, and wait until it is gone."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(self._death_signal)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def last_lines(self) -> str:
        """Return the end of the server's output."""
        if not self.log.exists():
            return "(no output)"
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:])

    def _wrapped(self, command: Sequence[str | Path]) -> list[str]:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise ServerError("expected the program setpriv, found none; install it: apt-get install util-linux")
        # setpriv sets the death signal after the change of user, which would clear it.
        wrap = [setpriv, "--pdeathsig", self._death_signal.name.removeprefix("SIG")]
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            wrap += ["--reuid", str(account.pw_uid), "--regid", str(account.pw_gid), "--clear-groups"]
        return [*wrap, "--no-new-privs", *map(str, command)]


def first_closed_folder(path: Path) -> Path | None:
    """Return the first folder on the way to *path* that the server's account cannot pass, None when it can pass all."""
    if os.geteuid() != 0:
        return None
    for folder in [*reversed(path.resolve().parents), path.resolve()]:
        if folder.is_dir() and not folder.stat().st_mode & 0o001:
            return folder
    return None
