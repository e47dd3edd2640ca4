"""Run the stack with either engine, as a process, and read what it did."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import JsonValue

from engine.secrets import Crypter
from ops.official.event_log import Document, document
from rehearsal.passing import Passing, Watch, follow, of_embedded, of_official

Engine = Literal["pulumi", "embedded"]
Verb = Literal["preview", "up", "refresh", "destroy"]

PROJECT = "factory"
LAST_LINES = 30
LOCAL_ONLY = ("PULUMI_", "PG", "FACTORY_")


class StackError(RuntimeError):
    """An engine gave no document."""


class StackRunner:
    """One stack in one project folder, one engine."""

    def __init__(
        self, folder: Path, *, stack: str, engine: Engine, checkout: Path, secrets_of_providers: Mapping[str, str]
    ) -> None:
        """Run *stack* in *folder*, whose stack files are written; *checkout* holds the embedded engine.

        *secrets_of_providers* are the environment variables that its providers need.
        """
        self.folder = folder
        self.stack = stack
        self.engine: Engine = engine
        self.state = folder / "state"
        self.checkout = checkout
        self._errors = folder / "engine.log"
        self._passphrase = secrets.token_urlsafe(16)
        self._secrets = dict(secrets_of_providers)
        self._made = False
        self._process: subprocess.Popen[str] | None = None

    def beside(self, stack: str, *, secrets_of_providers: Mapping[str, str]) -> "StackRunner":
        """Return another *stack* of the same project and backend: the two can read each other's outputs."""
        other = StackRunner(
            self.folder, stack=stack, engine=self.engine, checkout=self.checkout,
            secrets_of_providers=secrets_of_providers,
        )  # fmt: skip
        other._passphrase = self._passphrase
        return other

    @property
    def _environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(LOCAL_ONLY)},
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "PYTHONPATH": str(self.checkout),
            **self._secrets,
            "PULUMI_BACKEND_URL": self.state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": self._passphrase,
            "PULUMI_DEBUG_COMMANDS": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }

    @property
    def release(self) -> str:
        """Version of the engine."""
        if self.engine == "embedded":
            return "this checkout"
        return self._output(["pulumi", "version"]).removeprefix("v").strip()

    def run(
        self, verb: Verb, *, refresh: bool = False, preview_only: bool = False, watch: Watch | None = None
    ) -> Document:
        """Run *verb* without asking; a failed run is a document too. *watch* is told in a thread of its own."""
        self._make()
        flags = ["--refresh"] if refresh else []
        flags += ["--preview-only"] if preview_only else []
        if verb != "preview" and not preview_only:
            flags.append("--yes")
        run = self._pulumi if self.engine == "pulumi" else self._embedded
        return run(verb, flags, watch or _nobody)

    def interrupt(self) -> None:
        """Have the run that is under way end after its running steps, as Ctrl-C does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)

    def secret_output(self, name: str) -> str:
        """Return a secret output of the stack from the encrypted state; the run that made it never prints it."""
        salt, outputs = self._salt_and_outputs()
        sealed = self._given(outputs, name)
        if not isinstance(sealed, dict):
            raise StackError(f"expected the output {name} to be secret, found it in plain")
        plain: str = json.loads(Crypter(salt, self._passphrase).decrypt(str(sealed["ciphertext"])))
        return plain

    def output(self, name: str) -> str:
        """Return an output of the stack that is no secret."""
        return str(self._given(self._salt_and_outputs()[1], name))

    def _given(self, outputs: Mapping[str, JsonValue], name: str) -> JsonValue:
        if name not in outputs:
            raise StackError(f"expected {self.stack} to give {name}, found {', '.join(outputs) or 'none'}")
        return outputs[name]

    def export(self) -> str:
        """Return the state with its secrets shown, as `pulumi stack export --show-secrets` does."""
        latest = self._latest()
        crypter = Crypter(latest["secrets_providers"]["state"]["salt"], self._passphrase)

        def shown(value: JsonValue) -> JsonValue:
            if isinstance(value, dict) and "ciphertext" in value:
                kept = {key: inner for key, inner in value.items() if key != "ciphertext"}
                return {**kept, "plaintext": crypter.decrypt(str(value["ciphertext"]))}
            if isinstance(value, dict):
                return {key: shown(inner) for key, inner in value.items()}
            return [shown(inner) for inner in value] if isinstance(value, list) else value

        return json.dumps({"version": 3, "deployment": shown(latest)})

    def environment(self) -> Mapping[str, str]:
        """Return the environment in which the verbs of ./factory work with this stack."""
        self._make()
        return self._environment

    def resources(self, kind: str) -> dict[str, dict[str, JsonValue]]:
        """Return the outputs of each resource of the type *kind*, by URN; secrets stay encrypted."""
        return {each["urn"]: each.get("outputs", {}) for each in self._latest()["resources"] if each["type"] == kind}

    def created(self, kind: str) -> dict[str, float]:
        """Return when each resource of the type *kind* was made, in seconds since the epoch, by URN."""
        return {
            each["urn"]: datetime.fromisoformat(each["created"]).timestamp()
            for each in self._latest()["resources"]
            if each["type"] == kind and "created" in each
        }

    def _salt_and_outputs(self) -> tuple[str, dict[str, JsonValue]]:
        (outputs,) = self.resources("pulumi:pulumi:Stack").values()
        return self._latest()["secrets_providers"]["state"]["salt"], outputs

    @property
    def state_file(self) -> Path:
        """Where both engines keep the state."""
        return self.state / ".pulumi" / "stacks" / PROJECT / f"{self.stack}.json"

    def _latest(self) -> Any:  # noqa: ANN401 - JSON as it was read
        return json.loads(self.state_file.read_text(encoding="utf-8"))["checkpoint"]["latest"]

    def _make(self) -> None:
        if self._made:
            return
        self.state.mkdir(exist_ok=True)
        if self.engine == "pulumi":
            self._output(["pulumi", "stack", "select", "--create", self.stack, "--non-interactive"])
        self._made = True

    def _pulumi(self, verb: Verb, flags: list[str], watch: Watch) -> Document:
        log = self.folder / f"events-{secrets.token_hex(4)}.json"
        # A destroy looks first and is refused as a whole; without the look it would delete what is not protected.
        skip = ["--skip-preview"] if "--yes" in flags and verb != "destroy" else []
        command = ["pulumi", verb, "--stack", self.stack, "--non-interactive", "--event-log", str(log), *flags, *skip]
        started = time.monotonic()
        with _followed(log, parse=of_official, watch=watch):
            code, output = self._execute(command)
        if not log.exists():
            raise StackError(f"expected `pulumi {verb}` to write its event log, found none; it said:\n{_end(output)}")
        lines = log.read_text(encoding="utf-8").splitlines()
        log.unlink()
        return document(
            lines, version=self.release, project=PROJECT, stack=self.stack, verb=verb, exit_code=code,
            seconds=time.monotonic() - started,
        )  # fmt: skip

    def _embedded(self, verb: Verb, flags: list[str], watch: Watch) -> Document:
        module = [sys.executable, "-P", "-m", "engine"]
        self._errors.unlink(missing_ok=True)
        with _followed(self._errors, parse=of_embedded, watch=watch):
            code, output = self._execute([*module, verb, self.stack, "--cwd", str(self.folder), "--json", *flags])
        try:
            return Document.model_validate_json(output)
        except ValueError:
            raise StackError(
                f"expected the engine's document after `{verb}`, found exit code {code} and:\n{_end(output)}"
            ) from None

    def _output(self, command: list[str]) -> str:
        code, output = self._execute(command)
        if code:
            raise StackError(f"{' '.join(command)} ended with {code}:\n{_end(output)}")
        return output

    def _execute(self, command: list[str]) -> tuple[int, str]:
        """Run *command* in a session of its own; end it when the rehearsal is interrupted."""
        program = shutil.which(command[0], path=self._environment["PATH"]) or command[0]
        with (
            self._errors.open("w", encoding="utf-8") as log,
            subprocess.Popen(
                [program, *command[1:]], cwd=self.folder, env=self._environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
            ) as process,
        ):  # fmt: skip
            self._process = process
            try:
                output = process.communicate()[0]
            except BaseException:
                # An interrupted rehearsal throws its state away: nothing is worth waiting for.
                process.kill()
                raise
            finally:
                self._process = None
        if output.strip():
            return process.returncode, output
        return process.returncode, self._errors.read_text(encoding="utf-8")


@contextlib.contextmanager
def _followed(file: Path, *, parse: Callable[[str], Passing | None], watch: Watch) -> Iterator[None]:
    """Follow *file* while the `with` lasts; what *watch* raises is raised at its end."""
    ended = threading.Event()
    raised: list[Exception] = []

    def work() -> None:
        try:
            follow(file, parse=parse, watch=watch, ended=ended)
        except Exception as error:  # noqa: BLE001 - handed to the thread that waits
            raised.append(error)

    # A daemon: an interruption may come when it runs and the `with` has not begun. Nobody would end it then, and the
    # interpreter waits for all other threads.
    following = threading.Thread(target=work, daemon=True)
    try:
        following.start()
        yield
    finally:
        ended.set()
        if following.is_alive():
            following.join()
    if raised:
        raise raised[0]


def _nobody(passing: Passing) -> None:
    """Take what nobody watches."""


def _end(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-LAST_LINES:])
