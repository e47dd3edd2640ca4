"""What each thing gives the cluster, as values."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from hosts.cluster.cert_manager import CertManager
from hosts.cluster.helm_chart import Chart, ChartMissingError, helm_chart
from hosts.cluster.kubernetes_object import KubernetesObject
from hosts.cluster.longhorn import Longhorn
from hosts.cluster.manifest import manifest
from hosts.cluster.volume_backups import FIELDS
from hosts.cluster.without_data import without_data
from hosts.layers.order import AnyLayer
from hosts.layers.things import THINGS as LAYERS
from hosts.operations.applied_manifest import manifest_file
from stacks.credential_table import FIELDS as CREDENTIAL_FIELDS
from tests.cluster.things import CHART, DOMAIN, GIVEN, all_things

THINGS = all_things()


def named(objects: list[KubernetesObject]) -> list[str]:
    """Return kind and name of each object."""
    read = yaml.safe_load_all(manifest(objects))
    return [f"{one['kind']}/{one['metadata']['name']}" for one in read]


@pytest.mark.parametrize("thing", THINGS)
def test_manifest_holds_every_object_once(thing: str) -> None:
    """A manifest reads back as what was rendered, in the same order, and no object stands twice."""
    objects = THINGS[thing]

    assert list(yaml.safe_load_all(manifest(objects))) == objects
    assert len({*named(objects)}) == len(objects)


@pytest.mark.parametrize("thing", THINGS)
def test_a_failed_upgrade_uninstalls_nothing(thing: str) -> None:
    """Whatever k3s installs by a chart is left alone when an upgrade fails."""
    for one in yaml.safe_load_all(manifest(THINGS[thing])):
        if one["kind"] in {"HelmChart", "HelmChartConfig"}:
            assert one["spec"]["failurePolicy"] == "abort"


def test_secrets_stand_in_secrets_alone() -> None:
    """What must not be shown is in objects of the kind Secret, and in no other."""
    others = [one for objects in THINGS.values() for one in objects if one["kind"] != "Secret"]

    for text in (GIVEN["provisioner_password"], GIVEN["bouncer_key"]):
        assert text not in manifest(others)
        assert base64.b64encode(text.encode()).decode() not in manifest(others)


def test_names_of_the_lab_are_asked_of_the_shared_address() -> None:
    """The file for k3s's resolver forwards the lab's domain."""
    (one,) = THINGS["coredns"]

    assert "lab.test:53 {" in manifest([one])
    assert "forward . 10.0.0.2" in manifest([one])


def test_certificate_lives_no_longer_than_the_authority_allows() -> None:
    """The wildcard is asked for 24 hours and renewed in time; more is refused."""
    (certificate,) = (one for one in THINGS["cert_manager"] if one["kind"] == "Certificate")
    spec = certificate["spec"]

    assert isinstance(spec, dict)
    assert spec["dnsNames"] == [DOMAIN, f"*.{DOMAIN}"]
    assert (spec["duration"], spec["renewBefore"]) == ("24h0m0s", "8h0m0s")
    plain = {
        "chart": CHART, "issuer_chart": CHART, "domain": DOMAIN, "authority": "https://ca.lab.test", "provisioner": "p"
    }  # fmt: skip
    with pytest.raises(ValidationError, match="less than or equal to 24"):
        CertManager.model_validate({**plain, "hours": 25})
    with pytest.raises(ValidationError, match=r"renew_hours: expected less than hours \(8\), for example 8, found 8"):
        CertManager.model_validate({**plain, "hours": 8})


@pytest.mark.parametrize(
    ("version", "good"),
    [("1.11.3", False), ("1.11.4", True), ("1.12.0", False), ("1.12.1", True), ("v1.13.0", True), ("1.10.9", False)],
)
def test_longhorn_is_one_that_can_back_up(version: str, *, good: bool) -> None:
    """Versions whose signatures Google's storage refuses are refused here."""
    plain = {"chart": CHART.model_copy(update={"version": version}), "folder": "/mnt/longhorn", "replicas": 2}
    if good:
        Longhorn.model_validate(plain)
    else:
        with pytest.raises(ValidationError, match=r"expected at least 1\.11\.4 or 1\.12\.1"):
            Longhorn.model_validate(plain)


def values_of(thing: str, kind: str) -> str:
    """Return the values that the first chart of *thing* is given."""
    read = yaml.safe_load_all(manifest(THINGS[thing]))
    text = next(one["spec"]["valuesContent"] for one in read if one["kind"] == kind)
    assert isinstance(text, str)
    return text


def test_longhorn_cannot_be_uninstalled_by_accident() -> None:
    """The flag that allows it is off, a deleted claim leaves its volume, and data lie where the settings say."""
    values = yaml.safe_load(values_of("longhorn", "HelmChart"))

    assert values["defaultSettings"]["deletingConfirmationFlag"] is False
    assert values["defaultSettings"]["defaultDataPath"] == "/mnt/data/longhorn"
    assert values["persistence"]["reclaimPolicy"] == "Retain"
    assert "PersistentVolumeClaim/backups-rwx" in named(THINGS["longhorn"])


def test_vault_has_storage_that_can_be_snapshotted() -> None:
    """Storage is raft; the chart's own default, file, is not in the configuration."""
    configuration = yaml.safe_load(values_of("vault", "HelmChart"))["server"]["standalone"]["config"]

    assert 'storage "raft"' in configuration
    assert 'storage "file"' not in configuration


def test_traefik_keeps_what_the_public_authority_gave() -> None:
    """Its certificates lie on a volume of Longhorn that outlives the chart; only local networks pass `localIp`."""
    values = yaml.safe_load(values_of("traefik", "HelmChartConfig"))

    assert values["certificatesResolvers"]["letsencrypt"]["acme"]["storage"] == "/data/acme.json"
    assert values["persistence"]["storageClass"] == "longhorn"
    assert values["persistence"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    middlewares = yaml.safe_load(values["providers"]["file"]["content"])["http"]["middlewares"]
    assert middlewares == {"localIp": {"ipAllowList": {"sourceRange": ["10.0.0.0/24"]}}}


def test_applications_follow_the_forge() -> None:
    """What is gone from the repository is pruned, what was changed by hand is put back; the organisation is ours."""
    (apps,) = (one["spec"] for one in THINGS["argocd"] if one["kind"] == "Application")

    assert isinstance(apps, dict)
    assert apps["syncPolicy"] == {"automated": {"prune": True, "selfHeal": True}}
    assert "repoURL: https://gitea.lab.test/lab/factory.git" in manifest(THINGS["argocd"])


def test_images_are_followed_as_each_application_says() -> None:
    """The Image Updater looks after every application, by the annotations which that has on the forge."""
    (updater,) = (one for one in THINGS["argocd"] if one["kind"] == "ImageUpdater")

    assert updater["metadata"] == {"name": "applications", "namespace": "argocd"}
    assert updater["spec"] == {"applicationRefs": [{"namePattern": "*", "useAnnotations": True}]}


def test_bouncer_is_what_traefik_loads_and_shows_the_key_that_crowdsec_knows() -> None:
    """The middleware is configured under the plugin's own name, in its words, and reads the key where it lies."""
    (middleware,) = (one["spec"] for one in THINGS["crowdsec"] if one["kind"] == "Middleware")
    (key,) = (one["metadata"] for one in THINGS["crowdsec"] if one["kind"] == "Secret")
    of_traefik = yaml.safe_load(values_of("traefik", "HelmChartConfig"))
    of_crowdsec = yaml.safe_load(values_of("crowdsec", "HelmChart"))

    assert of_traefik["experimental"]["plugins"] == {
        "crowdsec": {"moduleName": "github.com/maxlerebourg/crowdsec-bouncer-traefik-plugin", "version": "v1.4.6"}
    }
    # The API takes any field of a plugin, and Traefik tells of an unknown one only in its log.
    assert middleware == {
        "plugin": {
            "crowdsec": {
                "enabled": True,
                "crowdsecMode": "stream",
                "crowdsecLapiScheme": "http",
                "crowdsecLapiHost": "crowdsec-service.tools.svc.cluster.local:8080",
                "crowdsecLapiKey": "urn:k8s:secret:crowdsec-bouncer:key",
            }
        }
    }
    assert key == {"name": "crowdsec-bouncer", "namespace": "tools"}
    (shown,) = of_crowdsec["lapi"]["env"]
    assert shown["valueFrom"] == {"secretKeyRef": {"name": "crowdsec-bouncer", "key": "key"}}


def test_crowdsec_has_something_to_read() -> None:
    """Traefik writes who asked for what; away by default, and without it CrowdSec would never find anything."""
    assert yaml.safe_load(values_of("traefik", "HelmChartConfig"))["logs"] == {"access": {"enabled": True}}


def test_longhorn_is_told_where_volumes_go_and_with_which_key() -> None:
    """The target names the Secret that Vault's operator makes, with what Longhorn reads in it and nothing besides."""
    specs = {one["kind"]: one["spec"] for one in THINGS["volume_backups"] if "spec" in one}
    key, target, login = specs["VaultStaticSecret"], specs["BackupTarget"], specs["VaultAuth"]
    assert isinstance(key, dict)
    assert isinstance(target, dict)
    assert isinstance(login, dict)
    made = key["destination"]
    assert isinstance(made, dict)

    assert target == {
        "backupTargetURL": "s3://lab-backup@us-east1/", "credentialSecret": made["name"], "pollInterval": "5m0s"
    }  # fmt: skip
    assert (key["mount"], key["path"], key["type"]) == ("kvv1", "storage/lab-backup", "kv-v1")
    assert login["vaultConnectionRef"] == "tools/default"
    assert made["transformation"] == {
        "excludeRaw": True,
        "excludes": [".*"],
        "templates": {
            "AWS_ACCESS_KEY_ID": {"text": '{{- get .Secrets "access_id" -}}'},
            "AWS_SECRET_ACCESS_KEY": {"text": '{{- get .Secrets "secret" -}}'},
            "AWS_ENDPOINTS": {"text": "https://storage.test"},
        },
    }
    assert {*FIELDS.values()} <= {*CREDENTIAL_FIELDS["gcs"]}


def test_every_volume_is_backed_up_and_what_is_kept_is_counted() -> None:
    """One job for each tier, of all volumes; a tier that nobody wants has none, and a snapshot goes when it is old."""
    read = yaml.safe_load_all(manifest(THINGS["volume_backups"]))
    jobs = [one["spec"] for one in read if one["kind"] == "RecurringJob"]

    assert {job["name"]: (job["task"], job["retain"], job["groups"]) for job in jobs} == {
        "backup-daily": ("backup", 3, ["default"]),
        "backup-weekly": ("backup", 1, []),
        "backup-monthly": ("backup", 12, ["default"]),
        "backup-yearly": ("backup", 10, ["default"]),
        "snapshots": ("snapshot-delete", 3, ["default"]),
    }
    values = yaml.safe_load(values_of("longhorn", "HelmChart"))
    assert values["defaultSettings"]["allowRecurringJobWhileVolumeDetached"] is True


def test_what_holds_data_is_not_deleted() -> None:
    """Taking everything away deletes no claim, no namespace, and neither Longhorn nor Vault."""
    every = [one for objects in THINGS.values() for one in objects]

    kept = {*named(every)} - {*named(without_data(every))}

    assert {"PersistentVolumeClaim/backups-rwx", "HelmChart/longhorn", "HelmChart/vault"} <= kept
    assert {each.partition("/")[0] for each in kept} == {
        "PersistentVolumeClaim", "HelmChart", "Namespace", "BackupTarget", "RecurringJob"
    }  # fmt: skip
    assert named(without_data(THINGS["cert_manager"]))[0] == "Certificate/wildcard"


def test_a_chart_goes_as_content_and_only_as_pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive with the pinned digest is in the object; a missing one and another one are refused."""
    monkeypatch.setenv("HOME", str(tmp_path))
    digest = hashlib.sha256(b"archive").hexdigest()
    chart = Chart(repository="https://charts.test", name="demo", version="1.0.0", sha256=digest)
    file = tmp_path / ".cache/factory/charts" / f"{digest}.tgz"

    with pytest.raises(ChartMissingError, match=r"expected the chart demo 1\.0\.0: `\./factory pins update`"):
        helm_chart("demo", chart=chart, namespace="demo", values={})

    file.parent.mkdir(parents=True)
    file.write_bytes(b"another")
    with pytest.raises(ChartMissingError, match=f"expected the SHA-256 {digest}"):
        helm_chart("demo", chart=chart, namespace="demo", values={})

    file.write_bytes(b"archive")
    spec = helm_chart("demo", chart=chart, namespace="demo", values={})["spec"]
    assert isinstance(spec, dict)
    assert spec["chartContent"] == base64.b64encode(b"archive").decode()
    assert "chart" not in spec


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_k3s_can_name_the_file(layer: AnyLayer) -> None:
    """K3s makes an object named for the file, and applies nothing of one whose name the API does not take."""
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", Path(manifest_file(layer.name)).stem)
