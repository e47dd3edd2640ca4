"""Key files that only named recipients can read."""

import io
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path


class SealError(Exception):
    """gpg is missing or refused; the text is what it said."""


def fingerprints(recipients: Sequence[Path]) -> Sequence[str]:
    """Return the fingerprint of the PGP key in each file.

    Raises:
        SealError: a file holds no key.

    """
    found = []
    for file in recipients:
        said = _gpg("--with-colons", "--show-keys", str(file.resolve()), given=b"").decode()
        marks = [line.split(":") for line in said.splitlines() if line.startswith("fpr:")]
        if not marks:
            raise SealError(f"{file}: expected a public PGP key")
        found.append(marks[0][9])
    return found


def sealed(files: Mapping[str, bytes], *, recipients: Sequence[Path]) -> bytes:
    """Return *files* as one archive that each of *recipients* can open alone; nothing of it touches a disk in plain."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for folder in sorted({parent for name in files if (parent := str(Path(name).parent)) != "."}):
            # What reads them refuses a folder that others may look into.
            place = tarfile.TarInfo(folder)
            place.type, place.mode = tarfile.DIRTYPE, 0o700
            archive.addfile(place)
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o600
            archive.addfile(member, io.BytesIO(content))
    named = [word for file in recipients for word in ("--recipient-file", str(file.resolve()))]
    return _gpg("--trust-model", "always", *named, "--encrypt", given=packed.getvalue())


def _gpg(*words: str, given: bytes) -> bytes:
    program = shutil.which("gpg")
    if program is None:
        raise SealError("gpg is missing: apt-get install gpg, or brew install gnupg")
    # A home of its own: nobody's configuration or keys have a say in it.
    with tempfile.TemporaryDirectory(prefix="gpg-") as home:
        done = subprocess.run(
            [program, "--homedir", home, "--batch", "--quiet", "--no-autostart", *words],
            input=given, capture_output=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise SealError(done.stderr.decode(errors="replace").strip() or "gpg said nothing")
    return done.stdout
