"""Makes a package that holds nothing, so that installing takes no network."""

import hashlib
import zipfile
from pathlib import Path


def make_tiny_wheel(folder: Path, *, version: str = "1.0") -> tuple[Path, str]:
    """Write a wheel of the package `tiny` into *folder*; return its path and its SHA-256."""
    wheel = folder / f"tiny-{version}-py3-none-any.whl"
    about = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "")
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        archive.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{about}/RECORD", f"tiny.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n")
    return wheel, hashlib.sha256(wheel.read_bytes()).hexdigest()
