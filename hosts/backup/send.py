"""Send what was collected to the keeper; runs on the host, as an account that may read the collection and no more.

This file is placed on the hosts as it stands: the standard library alone, and nothing of ours.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

SETTINGS = Path("/etc/factory/backup/settings.json")
SECRETS = Path("/etc/factory/backup/secrets")
STATUS = Path("/var/lib/factory-backup/status.json")
KEEPER = "keeper"
# In the words of a folder or server, and of a bucket.
NO_REPOSITORY = ("unable to open config file", "Is there a repository at the following location?")


def restic(repository: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run restic; address and passwords stand in files, never in an argument."""
    place = repository.name.removeprefix("repository-")
    environment = SECRETS / f"environment-{place}"
    more = json.loads(environment.read_text()) if environment.exists() else {}
    # The lab's own root is for the keeper alone; another place has a certificate that the system trusts.
    trusted = ["--cacert", str(SECRETS.parent / "root.crt")] if place == KEEPER else []
    command = [
        "restic", "--repository-file", str(repository), "--password-file", str(SECRETS / "password"), *trusted,
        "--cache-dir", str(STATUS.parent / "cache"), *words,
    ]  # fmt: skip
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env={**os.environ, **more}
    )


def send(repository: Path, *, host: str, staging: Path) -> dict[str, str]:
    """Send each collected source; return source → what went wrong, empty where nothing did."""
    opened = restic(repository, "cat", "config")
    if opened.returncode and any(words in opened.stderr for words in NO_REPOSITORY):
        opened = restic(repository, "init", "--repository-version", "2")
    if opened.returncode:
        return {"repository": opened.stderr.strip()[-500:]}
    # Of runs that were cut off; others are left alone.
    restic(repository, "unlock")
    results = {}
    for folder in sorted(path for path in staging.iterdir() if (path / "manifest.json").exists()):
        manifest = json.loads((folder / "manifest.json").read_text())
        began = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(manifest["began"]))
        done = restic(
            repository, "backup", "--host", host, "--tag", f"source={folder.name}", "--tag",
            f"bytes={manifest['bytes']}", "--time", began, str(folder),
        )  # fmt: skip
        results[folder.name] = "" if done.returncode == 0 else done.stderr.strip()[-500:]
    return results


def main() -> int:
    """Send to each repository, and keep what became of it."""
    os.umask(0o077)
    settings = json.loads(SETTINGS.read_text())
    staging = Path(settings["staging"])
    repositories = sorted(SECRETS.glob("repository-*"))
    results = {
        path.name.removeprefix("repository-"): send(path, host=settings["host"], staging=staging)
        for path in repositories
    }
    collected = json.loads((staging / "collected.json").read_text())
    status = {"time": time.time(), "results": results, **collected}
    new = STATUS.with_suffix(".new")
    new.write_text(json.dumps(status, indent=1))
    new.rename(STATUS)
    faults = [f"{name}: {text}" for name, text in collected["failed"].items()]
    faults += [f"{place}, {name}: {text}" for place, done in results.items() for name, text in done.items() if text]
    if settings["sources"] and not repositories:
        faults.append("no repository to send to")
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
