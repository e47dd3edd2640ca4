"""The custom resource definitions that k3s brings."""

import yaml

from rehearsal.k3s.definitions import definitions


def test_kinds_that_the_manifests_use_are_defined() -> None:
    """Charts, what is said of them and addons are known under the names that k3s gives them."""
    found = {(each["spec"]["group"], each["spec"]["names"]["kind"]) for each in yaml.safe_load_all(definitions())}
    assert found == {
        ("helm.cattle.io", "HelmChart"),
        ("helm.cattle.io", "HelmChartConfig"),
        ("k3s.cattle.io", "Addon"),
    }
