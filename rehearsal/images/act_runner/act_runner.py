#!/usr/bin/python3
"""Stand-in for act_runner: declares itself, fetches jobs from Gitea, does their `run:` steps, tells what came of it."""

import base64
import datetime as dt
import json
import os
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import yaml

SERVICE = "/api/actions/runner.v1.RunnerService/"
PAUSE_SECONDS = 2
VERSION = "stand-in"
Json = dict[str, Any]  # the protocol's own documents


class Gitea:
    """The forge, asked in the words of its protocol."""

    def __init__(self, registration: Json) -> None:
        """Show *registration* with every question."""
        self._address = registration["address"] + SERVICE
        self._headers = {
            "Content-Type": "application/json",
            "x-runner-uuid": registration["uuid"],
            "x-runner-token": registration["token"],
        }
        self._trust = ssl.create_default_context()
        for folder in os.environ.get("SSL_CERT_DIR", "").split(":"):
            for root in Path(folder).glob("*.crt") if folder else ():
                self._trust.load_verify_locations(root)

    def ask(self, method: str, **told: object) -> Json:
        """Return the answer; raise OSError when there is none."""
        body = json.dumps(told).encode()
        request = urllib.request.Request(self._address + method, body, self._headers)  # noqa: S310 - https, by the layer
        with urllib.request.urlopen(request, timeout=30, context=self._trust) as answer:  # noqa: S310 - the same
            found: Json = json.load(answer)
            return found


def main(arguments: list[str]) -> int:
    """Serve until the end: `act_runner daemon --config FILE`."""
    if arguments[:2] != ["daemon", "--config"]:
        say("stand-in: expected `daemon --config FILE`, it can do nothing else")
        return 2
    settings: Json = yaml.safe_load(Path(arguments[2]).read_text(encoding="utf-8"))["runner"]
    gitea = Gitea(json.loads(Path(settings["file"]).read_text(encoding="utf-8")))
    labels = [label.partition(":")[0] for label in settings["labels"]]
    known = False
    seen = "0"
    while True:
        try:
            if not known:
                gitea.ask("Declare", version=VERSION, labels=labels)
                known = True
                say("declared")
            answer = gitea.ask("FetchTask", tasksVersion=seen)
            if "task" in answer:
                do_task(gitea, answer["task"])
                continue
            seen = answer.get("tasksVersion", "0")
        except urllib.error.HTTPError as error:
            say(f"refused: {error.read()[:200]!r}")
        except OSError as error:
            say(f"no answer: {error}")
        time.sleep(PAUSE_SECONDS)


def do_task(gitea: Gitea, task: Json) -> None:
    """Do the steps of the one job that a task has."""
    (job,) = yaml.safe_load(base64.b64decode(task["workflowPayload"]))["jobs"].values()
    number, begun = task["id"], now()
    rows: list[Json] = []
    steps: list[Json] = []
    good = True
    for place, step in enumerate(job["steps"]):
        first, started = len(rows), now()
        if good:
            code, lines = do_step(step)
            rows += [{"time": now(), "content": line} for line in lines]
            good = code == 0
            result = "RESULT_SUCCESS" if good else "RESULT_FAILURE"
        else:
            result = "RESULT_SKIPPED"
        steps.append(
            {
                "id": str(place), "result": result, "startedAt": started, "stoppedAt": now(),
                "logIndex": str(first), "logLength": str(len(rows) - first),
            }
        )  # fmt: skip
    gitea.ask("UpdateLog", taskId=number, index="0", rows=rows or [{"time": now(), "content": ""}], noMore=True)
    result = "RESULT_SUCCESS" if good else "RESULT_FAILURE"
    state = {"id": number, "result": result, "startedAt": begun, "stoppedAt": now(), "steps": steps}
    gitea.ask("UpdateTask", state=state)
    say(f"task {number}: {result}")


def do_step(step: Json) -> tuple[int, list[str]]:
    """Return what a step ends with, and what it says."""
    if "run" not in step:
        return 1, [f"stand-in: knows `run:` steps only, found {', '.join(step)}"]
    done = subprocess.run(["/bin/sh", "-e", "-c", step["run"]], capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).splitlines()


def say(text: str) -> None:
    """Write a line to the log at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def now() -> str:
    """Return the time as the protocol writes it."""
    return dt.datetime.now(tz=dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
