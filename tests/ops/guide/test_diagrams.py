"""The diagrams of the guidebook, read by Mermaid itself in a browser."""

import base64
import hashlib
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[3]
BROWSER = "chromium-headless-shell"
MERMAID = "11.17.2"
INTEGRITY = "V6K3C8EBdEsPFZXSKMJe6ppQOENxuHARr9GvHX4hh47lAbhMRD9qf4oEK7LoaRQxULMa80/qt5gHO73aCleBBg=="
SCRIPT = "package/dist/mermaid.min.js"
DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```", re.MULTILINE | re.DOTALL)
PATIENCE_SECONDS = 120

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which(BROWSER) is None, reason=f"there is no {BROWSER} on PATH"),
    pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm on PATH, which brings Mermaid"),
]


@pytest.fixture(scope="module")
def mermaid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Return an empty page that has Mermaid; where no registry of packages answers there is none."""
    folder = tmp_path_factory.mktemp("mermaid")
    try:
        done = subprocess.run(
            ["npm", "pack", "--silent", f"mermaid@{MERMAID}"],  # noqa: S607 - the npm of this machine
            cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm brings no Mermaid within {PATIENCE_SECONDS} s")
    if done.returncode:
        pytest.skip(f"npm brings no Mermaid: {done.stderr[-300:]}")
    (packed,) = folder.glob("*.tgz")
    assert base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() == INTEGRITY
    with tarfile.open(packed) as archive:
        archive.extract(SCRIPT, folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which(BROWSER), args=["--no-sandbox"], timeout=PATIENCE_SECONDS * 1000
        )
        page = browser.new_page()
        page.add_script_tag(path=folder / SCRIPT)
        yield page
        browser.close()


def test_every_diagram_is_read(mermaid: Page) -> None:
    """Each diagram of each page is one, whoever wrote it; what is none is named with its page and the fault."""
    pages = sorted([*(REPOSITORY / "docs").rglob("*.md"), *REPOSITORY.glob("*.md")])
    diagrams = [(page.name, text) for page in pages for text in DIAGRAM.findall(page.read_text(encoding="utf-8"))]

    assert len(diagrams) > len([*REPOSITORY.glob("Pulumi.*.yaml")])
    assert [f"{page}: {fault}" for page, text in diagrams if (fault := _fault(mermaid, text))] == []


def test_a_broken_diagram_is_found(mermaid: Page) -> None:
    """An arrow that leads nowhere is a fault, and so is a quote that is not closed."""
    assert "Parse error on line 2" in _fault(mermaid, "flowchart LR\n  a --> --> b\n")
    assert _fault(mermaid, 'flowchart LR\n  a["no end]\n') != ""


def _fault(mermaid: Page, text: str) -> str:
    try:
        mermaid.evaluate("text => mermaid.parse(text)", text)
    except Error as error:
        return error.message[:300]
    return ""
