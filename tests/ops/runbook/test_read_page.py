"""The commands of a page are found in order, and none stands there that nobody can type."""

from pathlib import Path

import pytest

from ops.runbook.command import Command
from ops.runbook.read_page import PAGES, RefusedPageError, read_page

PAGE = """# After a cut

What is there.

1. **Look**, as [another](page.md)
   says:

   ```sh
   ./factory vault status --target production   # says what is the matter
   ```

## Loop and pipe

```sh
for name in one two; do
  echo "$name" \\
    | base64 --decode
done
./factory vault run -- ./factory up main --refresh
```

```
what a program says: ./factory nothing
```
"""
BAD = {
    "verb": ("./factory vualt status", "page.md:2: no such verb: vualt, did you mean 'vault'?"),
    "verb of a group": ("./factory vault unsael", "page.md:2: no such verb: vault unsael, did you mean 'unseal'?"),
    "no verb": ("./factory", "page.md:2: no such verb: (none)"),
    "option": (
        "./factory up hosts --refesh",
        "page.md:2: up has no option --refesh, did you mean '--refresh'?",
    ),
    "inner verb": (
        "./factory vault run -- ./factory upp main",
        "page.md:2: no such verb: upp, did you mean 'up'?",
    ),
    "program": ("sudo true && kubeclt get pods", "page.md:2: no such program: kubeclt, did you mean 'kubectl'?"),
    "program in a loop": ("for a in b; do sehll $a; done", "page.md:2: no such program: sehll"),
    "quote": ("echo 'never closed", "page.md:2: expected a command of the shell: No closing quotation"),
}


def _page(folder: Path, text: str) -> Path:
    page = folder / "page.md"
    page.write_text(text)
    return page


def test_commands_are_found_in_order(tmp_path: Path) -> None:
    """Each block of the language sh is read, indented or not, with heading, line and reason; other blocks are not."""
    assert read_page(_page(tmp_path, PAGE)) == [
        Command(
            section="After a cut",
            line=9,
            text="./factory vault status --target production   # says what is the matter",
            why="Look, as another says:",
        ),
        Command(
            section="Loop and pipe",
            line=15,
            text='for name in one two; do\necho "$name" | base64 --decode\ndone',
        ),
        Command(section="Loop and pipe", line=19, text="./factory vault run -- ./factory up main --refresh"),
    ]


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD.keys())
def test_what_nobody_can_type_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """A mistyped verb, option or program is named with page, line and what was meant."""
    with pytest.raises(RefusedPageError) as refused:
        read_page(_page(tmp_path, f"```sh\n{text}\n```\n"))

    assert str(refused.value) == said


def test_every_fault_is_named(tmp_path: Path) -> None:
    """Two wrong lines are two faults."""
    with pytest.raises(RefusedPageError, match=r"page\.md:2: .*\npage\.md:3: "):
        read_page(_page(tmp_path, "```sh\n./factory one\n./factory two\n```\n"))


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_every_page_can_be_typed(page: Path) -> None:
    """No runbook names a verb, an option or a program that is not there."""
    read_page(page)
