"""The operator's own way to the cluster."""

from pathlib import Path

import yaml

from rehearsal.checks.cluster.operator_place import operator_place
from rehearsal.drills.place import Place
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import expect
from rehearsal.part import find_part
from rehearsal.parts import KUBERNETES

OTHER = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "other", "cluster": {"server": "https://192.0.2.1:6443"}}],
    "users": [{"name": "other", "user": {}}],
    "contexts": [{"name": "other", "context": {"cluster": "other", "user": "other"}}],
    "current-context": "other",
}
"""What the operator has already."""
COMMAND = "./factory cluster kubeconfig"


def check_kubeconfig(lab: HostsLab) -> None:
    """Prove that the verb adds the cluster to a kubeconfig, which then reaches it, and leaves the rest as it was."""
    place, name = operator_place(lab), lab.settings.domain
    file = place.home / ".kube" / "config"
    file.parent.mkdir(exist_ok=True)
    file.write_text(yaml.safe_dump(OTHER), encoding="utf-8")
    _expect_said(place, f"{file}: context {name} written")
    _expect_said(place, f"{file}: context {name} is as the server has it")
    mode = file.stat().st_mode & 0o777
    expect(mode == 0o600, f"expected {file} of mode 600, found {mode:o}")  # noqa: PLR2004 - a mode says what it is
    read = yaml.safe_load(file.read_text(encoding="utf-8"))
    expect(read["current-context"] == "other", f"expected the context in use to stay, found {read['current-context']}")
    kept = [one for one in read["clusters"] if one["name"] == "other"]
    expect(kept == OTHER["clusters"], "expected the other cluster as it was")
    _expect_nodes(lab, place, file)


def _expect_said(place: Place, words: str) -> None:
    done = place.run(COMMAND)
    expect(words in done.stdout, f"expected `{COMMAND}` to say `{words}`, found:\n{done.stdout}{done.stderr}")


def _expect_nodes(lab: HostsLab, place: Place, file: Path) -> None:
    program = find_part(KUBERNETES).path
    done = place.run(f"{program} kubectl --kubeconfig {file} --context {lab.settings.domain} get nodes --output=name")
    wanted = sorted(f"node/{host.name}" for host in lab.settings.hosts)
    expect(sorted(done.stdout.split()) == wanted, f"expected {wanted}, found:\n{done.stdout}{done.stderr}")
