"""Write what pages take from the code."""

from pathlib import Path

import typer

from ops.guide.made_pages import made_pages
from ops.reference.pages import reference_pages

ROOT = Path(__file__).resolve().parent.parent


def docs() -> None:
    """Write the reference pages, and the made parts of the guidebook, from the code.

    Example: change a docstring in components/, then `./factory docs`.
    """
    changed = []
    for name, text in {**reference_pages(ROOT), **made_pages(ROOT)}.items():
        page = ROOT / name
        if not page.exists() or page.read_text() != text:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text)
            changed.append(name)
    typer.echo(f"changed: {', '.join(changed)}" if changed else "nothing changed")
