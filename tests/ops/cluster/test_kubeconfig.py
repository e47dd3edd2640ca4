"""The operator's kubeconfig: one context more, nothing else touched."""

from pathlib import Path

import pytest
import yaml

from ops.cluster_access.kubeconfig_file import add_to_kubeconfig, kubeconfig_path
from ops.cluster_access.merged import RefusedKubeconfigError, merged

KEY = "bm90IGEga2V5"
FETCHED = f"""\
apiVersion: v1
kind: Config
clusters:
- {{name: default, cluster: {{server: "https://127.0.0.1:6443", certificate-authority-data: Y2E=}}}}
contexts:
- {{name: default, context: {{cluster: default, user: default}}}}
current-context: default
users:
- {{name: default, user: {{client-certificate-data: Y2VydA==, client-key-data: {KEY}}}}}
"""
OTHER = """\
apiVersion: v1
kind: Config
clusters:
- {name: work, cluster: {server: "https://192.0.2.9:443"}}
contexts:
- {name: work, context: {cluster: work, user: me, namespace: mine}}
- {name: default, context: {cluster: work, user: me}}
current-context: work
users:
- {name: me, user: {token: t}}
preferences: {colors: true}
"""


def _merged(existing: str | None) -> object:
    return yaml.safe_load(merged(existing, FETCHED, name="lab", address="192.0.2.1"))


def test_first_context() -> None:
    """Without a file, cluster, user and context have the lab's name, the server's address, and are the current ones."""
    assert _merged(None) == {
        "apiVersion": "v1", "kind": "Config", "current-context": "lab",
        "clusters": [{"name": "lab", "cluster": {
            "server": "https://192.0.2.1:6443", "certificate-authority-data": "Y2E="}}],
        "users": [{"name": "lab", "user": {"client-certificate-data": "Y2VydA==", "client-key-data": KEY}}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "lab"}}],
    }  # fmt: skip


def test_other_contexts_stay() -> None:
    """What other clusters have, the current context and what kubectl keeps besides are as they were."""
    before, after = yaml.safe_load(OTHER), _merged(OTHER)

    assert isinstance(after, dict)
    for kind in ("clusters", "users", "contexts"):
        assert after[kind][:-1] == before[kind]
        assert after[kind][-1]["name"] == "lab"
    assert {key: after[key] for key in ("current-context", "preferences")} == {
        "current-context": "work", "preferences": {"colors": True},
    }  # fmt: skip


BROKEN = ["{", "- a list", "kind: Pod", "kind: Config\nusers: [{user: {}}]", "kind: Config\ncontexts: x"]


@pytest.mark.parametrize("existing", BROKEN)
def test_broken_file_is_refused_and_unchanged(tmp_path: Path, existing: str) -> None:
    """A file that is no kubeconfig is left as it is, and nothing of a key is told."""
    path = tmp_path / "config"
    path.write_text(existing)

    with pytest.raises(RefusedKubeconfigError, match="left as it is: the existing file: ") as refused:
        add_to_kubeconfig(path, FETCHED, name="lab", address="192.0.2.1")

    assert path.read_text() == existing
    assert [*tmp_path.iterdir()] == [path]
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("fetched", ["", "kind: Config", FETCHED.replace("cluster: {server", "claster: {server")])
def test_what_no_server_wrote_is_refused(tmp_path: Path, fetched: str) -> None:
    """An answer that is not what k3s writes makes no file."""
    with pytest.raises(RefusedKubeconfigError, match="the server's kubeconfig: "):
        add_to_kubeconfig(tmp_path / "config", fetched, name="lab", address="192.0.2.1")

    assert [*tmp_path.iterdir()] == []


def test_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """It has mode 600 whatever it had, a link to it stays one, and a second time changes nothing."""
    real, link = tmp_path / "real", tmp_path / "made" / "config"
    link.parent.mkdir()
    real.write_text(OTHER)
    real.chmod(0o644)
    link.symlink_to(real)

    assert add_to_kubeconfig(link, FETCHED, name="lab", address="192.0.2.1")
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o600
    assert not add_to_kubeconfig(link, FETCHED, name="lab", address="192.0.2.1")
    assert add_to_kubeconfig(link, FETCHED, name="lab", address="192.0.2.2")


def test_place_of_the_file() -> None:
    """It is where kubectl writes: the first file of the variable, else the one of the home folder."""
    assert kubeconfig_path({"KUBECONFIG": ":/tmp/one:/tmp/two"}) == Path("/tmp/one")  # noqa: S108 - a value, no file
    assert kubeconfig_path({}) == Path.home() / ".kube" / "config"
