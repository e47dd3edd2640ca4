"""The workflows as a picture."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

FOLDER = Path(".gitea/workflows")


def workflows_part(root: Path, name: str) -> str:
    """Return what starts each workflow and what its steps run, as a Mermaid diagram."""
    del name
    lines = ["flowchart LR"]
    for file in sorted((root / FOLDER).glob("*.yaml")):
        # BaseLoader: `on` is a word here, not a truth.
        workflow = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - makes texts only
        word = file.stem
        lines.append(f'    {word}_on(["{", ".join(workflow["on"])}"]) --> {word}["{word}"]')
        before = word
        for number, run in enumerate(_runs(workflow)):
            lines.append(f'    {before} --> {word}{number}["{run}"]')
            before = f"{word}{number}"
    return "\n".join(["", "```mermaid", *lines, "```", ""])


def _runs(workflow: Mapping[str, Mapping[str, Mapping[str, list[Mapping[str, str]]]]]) -> Iterator[str]:
    """Yield what each step that starts the program runs, without what a picture cannot hold."""
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            run = " ".join(step["run"].split())
            if "./factory" in run:
                yield run.split(" --review")[0].replace('"', "'")
