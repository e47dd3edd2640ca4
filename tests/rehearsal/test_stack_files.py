"""The rehearsal's own project and stack file."""

from pathlib import Path

import yaml

from rehearsal.bring_up import CHECKOUT
from rehearsal.stack_files import production_settings, rehearsal_settings, write_stack_files


def test_only_the_address_differs_from_production() -> None:
    """The rehearsal's settings are the production ones with host and port replaced, nothing else."""
    production = production_settings(CHECKOUT)
    production_server = production["server"]

    settings = rehearsal_settings(production, host="127.0.0.1", port=6543)

    assert isinstance(production_server, dict)
    assert settings == {**production, "server": {**production_server, "host": "127.0.0.1", "port": 6543}}
    assert list(settings) == list(production)


def test_project_names_the_stand_ins_and_the_program(tmp_path: Path) -> None:
    """The project points to the checkout, its own provider and the stand-ins; the rest is production's."""
    before = (CHECKOUT / "Pulumi.yaml").read_text(encoding="utf-8")

    write_stack_files(
        tmp_path, stack="postgres", program=CHECKOUT, settings={"a": 1}, plugins={"random": Path("/stand/in")}
    )

    project = yaml.safe_load((tmp_path / "Pulumi.yaml").read_text(encoding="utf-8"))
    assert project["name"] == "factory"
    assert project["main"] == str(CHECKOUT)
    assert {"name": "factory", "path": str(CHECKOUT / "provider")} in project["plugins"]["providers"]
    assert {"name": "random", "path": "/stand/in"} in project["plugins"]["providers"]
    assert (CHECKOUT / "Pulumi.yaml").read_text(encoding="utf-8") == before
    assert "standins" not in before
    stack = yaml.safe_load((tmp_path / "Pulumi.postgres.yaml").read_text(encoding="utf-8"))
    assert stack["config"] == {"pulumi:disable-default-providers": ["*"], "factory:settings": {"a": 1}}
