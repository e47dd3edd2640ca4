"""The operator's kubectl."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

SECONDS = 30


class KubectlError(Exception):
    """The cluster gave no answer, or a refusal; the text is what kubectl said."""


class NoKubectlError(Exception):
    """There is no kubectl."""


@dataclass(frozen=True, kw_only=True)
class Kubectl:
    """Asks one cluster."""

    kubeconfig: Path | None = None
    """Its kubeconfig; else what kubectl itself would take."""
    context: str | None = None
    """The context in it; else the current one."""

    def get(self, *words: str) -> dict[str, JsonValue]:
        """Return what `kubectl get` says."""
        document = json.loads(self.run("get", *words, "--output", "json"))
        return document if isinstance(document, dict) else {}

    def run(self, *words: str, given: str | None = None) -> str:
        """Run kubectl with *words*, and return what it said."""
        program = shutil.which("kubectl")
        if program is None:
            raise NoKubectlError("kubectl is missing. Expected it on PATH: it comes with k3s, or from kubernetes.io")
        options = [f"--request-timeout={SECONDS}s"]
        options += [f"--kubeconfig={self.kubeconfig}"] if self.kubeconfig else []
        options += [f"--context={self.context}"] if self.context else []
        done = _done([program, *options, *words], given=given)
        if done.returncode:
            raise KubectlError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "kubectl said nothing")
        return done.stdout


def _done(words: Sequence[str], *, given: str | None) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(words, input=given, capture_output=True, text=True, check=False, timeout=2 * SECONDS)
    except subprocess.TimeoutExpired as late:
        raise KubectlError(f"no answer within {late.timeout:.0f} s") from late
