"""The double of Cloudflare and the stack that works on it."""

import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import JsonValue

from ops.official.event_log import Document
from rehearsal.bring_up import CHECKOUT
from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble
from rehearsal.doubles.cloudflare.s3_client import S3Client
from rehearsal.doubles.cloudflare.state import Token
from rehearsal.stack_files import write_stack_files
from rehearsal.stack_runner import StackRunner

PROGRAM = Path(__file__).with_name("program")
STACK = "cloudflare"
BUCKET = "arcodange-tf"
CMS, STATE = "factory-test-cms", "factory-test-state"


@dataclasses.dataclass(kw_only=True)
class Cloud:
    """Everything that runs."""

    double: CloudflareDouble
    """Cloudflare."""
    runner: StackRunner
    """The stack."""
    settings: dict[str, JsonValue]
    """What the program is told."""

    def declare(self, **changed: JsonValue) -> None:
        """Change what the program is told."""
        self.settings = {**self.settings, **changed}
        plugins = {
            "cloudflare": CHECKOUT / "rehearsal" / "standins" / "cloudflare",
            "factory": CHECKOUT / "provider",
        }
        write_stack_files(self.runner.folder, stack=STACK, program=PROGRAM, settings=self.settings, plugins=plugins)

    def named(self, name: str) -> list[Token]:
        """Return the tokens of this name."""
        return [token for token in self.double.state.tokens.values() if token.name == name]

    def pair(self) -> S3Client:
        """Return a client with the pair of keys that the stack gives out."""
        return S3Client(
            self.runner.output("endpoint"), bucket=BUCKET, access_key_id=self.runner.output("access_key_id"),
            secret_access_key=self.runner.secret_output("secret_access_key"), origin=self.double.origin,
        )  # fmt: skip

    def ops(self, *words: str) -> None:
        """Run a verb of `./factory` on the stack."""
        command = [sys.executable, "-m", "ops", *words, "--cwd", str(self.runner.folder), "--engine", "embedded"]
        environment = self.runner._environment  # noqa: SLF001 - what the engine has
        subprocess.run(command, check=True, cwd=CHECKOUT, env=environment, capture_output=True)


@contextmanager
def cloud(folder: Path) -> Iterator[Cloud]:
    """Run the double, with the stack's files in *folder*; nothing is applied yet."""
    with CloudflareDouble({"lab": ["example.org", "example.net"]}) as double:
        # No forge is asked for anything: the provider wants to be told of one.
        credentials = {"CLOUDFLARE_API_TOKEN": double.first_token.value, "GITEA_TOKEN": "nothing"}
        runner = StackRunner(
            folder, stack=STACK, engine="embedded", checkout=CHECKOUT, secrets_of_providers=credentials
        )
        permissions: list[JsonValue] = ["Pages Write", "Account Settings Read"]
        settings: dict[str, JsonValue] = {
            "api": double.address, "forge": "https://gitea.test", "current": 1, "kept": [],
            "account_permissions": permissions,
        }  # fmt: skip
        place = Cloud(double=double, runner=runner, settings=settings)
        place.declare()
        yield place


def done(document: Document) -> dict[str, str]:
    """Return what was done to which resource, by type and name, asking left out."""
    return {
        f"{step.type.rpartition(':')[2]} {step.urn.rpartition('::')[2]}": step.op
        for step in document.steps
        if step.op not in {"same", "refresh", "read"}
    }


def said(document: Document) -> str:
    """Return all that was said."""
    return "\n".join(each.message for each in document.diagnostics)
