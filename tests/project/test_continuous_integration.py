"""What runs automatically is what the README tells a person to run."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def test_ci_runs_the_readme_command() -> None:
    """The last line of .ci/run is the README's test command."""
    command = (REPOSITORY / ".ci" / "run").read_text().splitlines()[-1].removeprefix("exec ")

    assert command == "./factory test"
    assert f"\n{command} " in (REPOSITORY / "README.md").read_text()
