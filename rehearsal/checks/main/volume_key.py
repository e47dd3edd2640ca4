"""Whether the cluster, by what its manifest says, gets the key to the bucket for its volumes."""

import json
import re
from collections.abc import Mapping

import yaml

from hosts.cluster.longhorn import NAMESPACE
from hosts.cluster.manifest import manifest
from hosts.cluster.volume_backups import NAME, VolumeBackups, render_volume_backups
from rehearsal.checks.main.workflow import said
from rehearsal.lab import expect
from rehearsal.main.edge import Edge
from rehearsal.stack_files import production_settings
from stacks.host_things import host_things
from stacks.hosts_settings import read_hosts_settings

STACK = "hosts"
FIELD = re.compile(r'get \.Secrets "(\w+)"')


def check_volume_key(edge: Edge) -> str:
    """Prove that the account of the manifest, and no other, reads the key there by its fields, and nothing else."""
    found = _declared(edge)
    login, wanted = found["VaultAuth"], found["VaultStaticSecret"]
    kubernetes, path = _mapping(login["kubernetes"]), f"{wanted['mount']}/{wanted['path']}"
    role, account = str(kubernetes["role"]), f"{NAMESPACE}/{kubernetes['serviceAccount']}"
    answer = edge.log_in(str(login["mount"]), role=role, token=edge.accounts[account])
    expect(answer.is_success, f"expected {account} to be let in, Vault says {said(answer)}")
    stranger = edge.log_in(str(login["mount"]), role=role, token=edge.accounts[f"default/{NAME}"])
    expect(stranger.is_error, f"expected {NAME} of another namespace to be refused, found it let in")
    with edge.vault.client(answer.json()["auth"]["client_token"]) as client:
        read = client.get(path)
        expect(read.is_success, f"expected {account} to read {path}, Vault says {said(read)}")
        kept: Mapping[str, str] = read.json()["data"]
        other = client.get("kvv1/zoho/self_client")
    expect(other.is_error, "expected it to read no other path, found one read")
    edge.handed_out[kept["secret"]] = "the key to the bucket for backups"
    asked = FIELD.findall(json.dumps(wanted).replace("\\", ""))
    lacking = sorted({*asked} - {*kept})
    expect(asked and not lacking, f"expected {path} to have {asked}, found it without {lacking}")
    target = str(found["BackupTarget"]["backupTargetURL"])
    expect(f"s3://{kept['bucket']}@" in target, f"expected the key to be that of {target}, it is of {kept['bucket']}")
    return f"{', '.join(asked)} of {path}"


def _declared(edge: Edge) -> Mapping[str, Mapping[str, object]]:
    """Return kind → what the manifest says, from the settings that production has."""
    settings = read_hosts_settings(json.dumps(production_settings(edge.lab.program, stack=STACK)))
    told = VolumeBackups.model_validate_json(json.dumps(host_things(settings)["volume_backups"]))
    objects = render_volume_backups(told, {})
    return {one["kind"]: one["spec"] for one in yaml.safe_load_all(manifest(objects)) if "spec" in one}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
