"""Write the reference pages from the code."""

from pathlib import Path

import typer

from ops.reference.pages import reference_pages

ROOT = Path(__file__).resolve().parent.parent


def docs() -> None:
    """Write the reference pages from the code.

    Example: change a docstring in components/, then `./factory docs`.
    """
    changed = []
    for name, text in reference_pages(ROOT).items():
        page = ROOT / name
        if not page.exists() or page.read_text() != text:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text)
            changed.append(name)
    typer.echo(f"changed: {', '.join(changed)}" if changed else "nothing changed")
