"""States of Pulumi that were kept."""

import json
from pathlib import Path

from ops.backup_evidence.state_faults import state_faults


def test_a_state_is_an_export_with_all_its_resources(tmp_path: Path) -> None:
    """A whole one passes; one with fewer resources, one that is none and a missing one are named."""
    whole = {"version": 3, "deployment": {"resources": [{"urn": "one"}, {"urn": "two"}]}}
    (tmp_path / "hosts.json").write_text(json.dumps(whole))
    (tmp_path / "main.json").write_text("{}")
    assert [*state_faults(tmp_path, {"hosts": 2})] == []
    found = [*state_faults(tmp_path, {"hosts": 3, "main": 1, "postgres": 1})]
    assert found[0] == "state of hosts: kept with 3 resources, found 2"
    assert found[1] == "state of main: expected an export of Pulumi: KeyError('deployment')"
    assert found[2].startswith("state of postgres: expected an export of Pulumi: FileNotFoundError")
