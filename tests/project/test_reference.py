"""The reference pages say what the code says."""

from pathlib import Path

from ops.reference.pages import reference_pages

SETTINGS = '''\
FIRST = "prod"
NAME = Expect(sentence="a name", example="name: erp")


class Helper:
    """No model."""

    x: int


class App(BaseModel):
    """One application."""

    name: Annotated[Kebab | None, NAME]
    """Lower-case kebab case."""

    environment: str = FIRST
    """Which one."""

    tags: list[str] = Field(default_factory=list)
    """Any | all."""

    @computed_field
    @property
    def database(self) -> str:
        """Name of its database."""
        return self.name

    _hidden: int = 3
'''


def test_component_page(project: Path) -> None:
    """Arguments and outputs are listed with type, default and docstring; only components count."""
    (project / "components" / "plain.py").write_text("class Plain:\n    x: int\n")

    page = reference_pages(project)["docs/reference/components.md"]

    assert page.partition("## Box\n")[2] == (
        "\n`components/box.py`\n\nOne box of a | b.\n\n### In\n\nWhat a box needs.\n\n"
        "| name | type | default | meaning |\n| --- | --- | --- | --- |\n| `width` | `int` | `3` | Width in mm. |\n\n"
        "### Out\n\n"
        "| name | type | meaning |\n| --- | --- | --- |\n| `volume` | `int` | What fits in. |\n"
    )
    assert "Plain" not in page


def test_settings_page(project: Path) -> None:
    """Keys that are given and names that are computed stand in tables of their own."""
    (project / "stacks").mkdir()
    (project / "stacks" / "settings.py").write_text(SETTINGS)

    page = reference_pages(project)["docs/reference/settings.md"]

    assert [line for line in page.splitlines() if line.startswith(("#", "|"))] == [
        "# Settings",
        "## App",
        "| name | type | default | for example | meaning |",
        "| --- | --- | --- | --- | --- |",
        "| `name` | `Kebab \\| None` |  | `name: erp` | Lower-case kebab case. |",
        "| `environment` | `str` | `'prod'` |  | Which one. |",
        "| `tags` | `list[str]` | `list()` |  | Any \\| all. |",
        "| name | type | meaning |",
        "| --- | --- | --- |",
        "| `database` | `str` | Name of its database. |",
    ]
    assert page.index("`tags`") < page.index("Computed, never written:") < page.index("`database`")
