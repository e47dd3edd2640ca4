"""The guidebook against the code: a page for each thing, commands that exist, files that are there."""

import re
from pathlib import Path

import pytest

from ops.checks.links import links
from ops.guide.layers_part import layer_order, layers_part
from ops.guide.made_pages import made_pages
from ops.guide.page_header import page_header
from ops.guide.stack_part import component_files, stack_part
from ops.guide.workflows_part import workflows_part
from ops.runbook.known_words import word_faults

REPOSITORY = Path(__file__).resolve().parents[3]
DOCS = REPOSITORY / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *REPOSITORY.glob("*.md")])
TYPED = re.compile(r"^ *```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?<![\w.])\./factory\b[^\n`|;&)]*")


@pytest.mark.slow
def test_every_command_exists() -> None:
    """Each `./factory …` that a page asks to type is known to the real command line, with its options."""
    typed = {
        _filled(found.group().partition(" #")[0]).strip(): page.name
        for page in PAGES
        for block in TYPED.findall(page.read_text(encoding="utf-8"))
        for found in COMMAND.finditer(block)
    }

    assert len(typed) > len(PAGES) / 4
    assert [
        f"{page}: {fault}" for line, page in typed.items() if line != "./factory" for fault in word_faults(line)
    ] == []


def _filled(line: str) -> str:
    """Return *line* without what stands for options in general."""
    return (
        line.replace("[", "")
        .replace("]", "")
        .replace("--help", "")
        .replace("-h ", "")
        .replace("\\", "")
        .replace("…", "")
    )


def test_a_mistyped_command_is_found() -> None:
    """A verb and an option that do not exist are named."""
    assert [*word_faults("./factory hosts chek")] != []
    assert [*word_faults("./factory target --prod")] != []


def test_every_layer_has_a_page() -> None:
    """Each layer of the order has its page, and so has each component and each stack."""
    wanted = [DOCS / "layers" / f"{name}.md" for name in layer_order(REPOSITORY)]
    wanted += [DOCS / "components" / file.name.replace(".py", ".md") for file in component_files(REPOSITORY).values()]
    wanted += [DOCS / "stacks" / f"{file.suffixes[0].strip('.')}.md" for file in REPOSITORY.glob("Pulumi.*.yaml")]

    assert [str(page) for page in wanted if not page.exists()] == []


def test_described_files_are_there() -> None:
    """Each page of a layer, component or stack names the files that it describes, and they exist."""
    for page in (each for folder in ("layers", "components", "stacks") for each in (DOCS / folder).glob("*.md")):
        patterns = page_header(page).describes
        assert patterns, page
        assert [pattern for pattern in patterns if not [*REPOSITORY.glob(pattern)]] == [], page


def test_links_lead_somewhere() -> None:
    """No link between pages is dead."""
    assert links(REPOSITORY) == []


def test_pictures_are_made_from_the_code() -> None:
    """The pictures show what the code says: what a layer needs, what a stack declares, what starts a workflow."""
    assert "l_disks --> l_docker" in layers_part(REPOSITORY, "")
    assert "AppDatabase" in stack_part(REPOSITORY, "postgres")
    assert 'plan_on(["pull_request"]) --> plan["plan"]' in workflows_part(REPOSITORY, "")


def test_unknown_part_is_refused(tmp_path: Path) -> None:
    """A page that asks for a part that nobody makes is named, not left empty."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text("<!-- made: nonsense -->\n<!-- end -->\n")

    with pytest.raises(SyntaxError, match="made: nonsense: expected one of component, index"):
        made_pages(tmp_path)
