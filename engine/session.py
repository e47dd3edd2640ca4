"""One run on one stack: lock, state, plugins and signals around an action. The SDK allows one run per process."""

import contextlib
import dataclasses
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent import futures
from pathlib import Path
from typing import Final, TypeAlias

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from engine.backend import Backend, Snapshot, StateError
from engine.builtin import BuiltinProvider
from engine.deployment import Deployment
from engine.lock import StackLock
from engine.monitor import EngineLog
from engine.project import Project
from engine.registry import PluginHost, Registry
from engine.report import Outcome
from engine.run import Diagnostic, Options, Record, Run
from engine.secrets import Crypter, passphrase_from_environment
from engine.snapshot import SnapshotManager
from engine.state import Json

_TARGET_VARIABLE: Final = "FACTORY_TARGET"
"""What tells program and providers whether production is meant. The embedded engine never means it."""

Listener = Callable[[Record | Diagnostic], None]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Work:
    """What an action works with."""

    run: Run
    deployment: Deployment
    snapshot: Snapshot
    project: Project
    stack: str
    config: Mapping[str, str]
    secret_keys: Sequence[str]


Action: TypeAlias = Callable[[Work], bool]
"""Does the work of a verb; true when all went well."""


class Session:
    """One run of one verb on one stack."""

    def __init__(  # noqa: PLR0913  # the parts of a command line
        self,
        folder: Path,
        stack: str,
        *,
        verb: str,
        action: Action,
        options: Options,
        listener: Listener | None = None,
    ) -> None:
        """Read project and stack files.

        Raises:
            ProjectError, StateError: they are missing or malformed.

        """
        os.environ[_TARGET_VARIABLE] = "rehearsal"
        self._project: Final = Project.load(folder)
        self._backend: Final = Backend(self._project, stack)
        self._stack: Final = stack
        self._verb: Final = verb
        self._action: Final = action
        self._options: Final = options
        self._listener: Final = listener
        self._started: Final = time.monotonic()
        self._lock: StackLock | None = None

    def execute(self) -> Outcome:
        """Do it.

        Raises:
            LockedError, ProjectError, PassphraseError: before anything is touched.
            StateError: before anything is touched, or when the state cannot be written; the last one is whole then.
            PendingError: the action refuses, because an earlier run was killed while it created something.

        """
        with contextlib.ExitStack() as stack:
            if not self._options.preview:
                self._lock = stack.enter_context(StackLock(self._backend.lock_folder))
            address, log_run = stack.enter_context(_engine_server())
            host = PluginHost(self._project, address, self._note_group)
            stack.callback(host.close)
            self._warm(host)
            snapshot = self._backend.load()
            config, secret_keys = self._config()
            manager = None
            if not self._options.preview:
                manager = SnapshotManager(self._backend, snapshot, self._backend.crypter(snapshot))
            run: Run

            def seen(urn: str) -> object:
                return run.news.get(urn)

            registry = Registry(host, BuiltinProvider(self._backend, seen))  # type: ignore[arg-type]  # a look-up by URN
            run = Run(self._options, registry=registry, snapshot=manager, listener=self._listener)
            log_run.append(run)
            for holder in self._lock.taken_over if self._lock else ():
                run.say("warning", f"took over the lock of {holder.sentence()}: its process is gone")
            stack.enter_context(_signals(run, host))
            return self._execute(run, snapshot, config, secret_keys)

    def _config(self) -> tuple[dict[str, str], list[str]]:
        config = self._backend.config
        crypter = None
        if config.has_secrets() and config.salt:
            crypter = Crypter(config.salt, passphrase_from_environment())
        return config.values(crypter)

    def _note_group(self, group: int) -> None:
        if self._lock is not None:
            self._lock.add_group(group)

    def _warm(self, host: PluginHost) -> None:
        """Start the plugins that the state names, all at once, while the key of its secrets is derived."""
        for name, version in self._backend.plugins():
            if name != "pulumi":
                host.warm(name, version)

    def _execute(self, run: Run, snapshot: Snapshot, config: dict[str, str], secret_keys: Sequence[str]) -> Outcome:
        deployment = Deployment(run, project=self._project.name, stack=self._stack, resources=snapshot.resources)
        work = Work(
            run=run,
            deployment=deployment,
            snapshot=snapshot,
            project=self._project,
            stack=self._stack,
            config=config,
            secret_keys=secret_keys,
        )
        try:
            done = self._action(work)
            deployment.close()
        finally:
            _close(run)
        outcome = Outcome(
            verb=self._verb,
            project=self._project.name,
            stack=self._stack,
            succeeded=done and not run.failed,
            records=run.records,
            diagnostics=run.diagnostics,
            outputs=deployment.stack_outputs(),
            counts=run.counts,
            seconds=time.monotonic() - self._started,
        )
        if run.snapshot is not None:
            try:
                self._backend.record(self._history(outcome))
            except OSError as error:
                run.say("warning", f"the history of the stack cannot be written: {error.strerror}")
        return outcome

    def _history(self, outcome: Outcome) -> dict[str, Json]:
        end = int(time.time())
        return {
            "kind": {"up": "update"}.get(self._verb, self._verb),
            "startTime": end - int(outcome.seconds),
            "message": "",
            "environment": {},
            "config": {},
            "result": "succeeded" if outcome.succeeded else "failed",
            "endTime": end,
            "version": 0,
            "resourceChanges": dict(outcome.counts),
        }


def _close(run: Run) -> None:
    if run.snapshot is not None:
        try:
            run.snapshot.close()
        except StateError as error:
            if not any(said.message == str(error) for said in run.diagnostics):
                run.say("error", str(error))


@contextlib.contextmanager
def _engine_server() -> Iterator[tuple[str, list[Run]]]:
    """Serve Pulumi's Engine to the plugins; yields its address and a list to put the run into."""
    runs: list[Run] = []

    class Servicer(engine_pb2_grpc.EngineServicer):
        def Log(self, request: engine_pb2.LogRequest, context: object) -> empty_pb2.Empty:
            return EngineLog(runs[0]).Log(request, context) if runs else empty_pb2.Empty()

    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    engine_pb2_grpc.add_EngineServicer_to_server(Servicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}", runs
    finally:
        server.stop(grace=None)


@contextlib.contextmanager
def _signals(run: Run, host: PluginHost) -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM end the run after the running steps; a second one ends the process.

    The providers are told, so that a step of many parts may end after the part that it is at.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        del frame
        if run.canceled():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        run.say("error", "interrupted: running steps end, nothing new begins; once more to stop at once")
        run.cancel()
        threading.Thread(target=host.cancel, daemon=True).start()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
