"""What the cluster was given: every object as its manifest says, put back after a change, gone when taken out."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import yaml

from hosts.operations.applied_manifest import manifest_file
from rehearsal.checks.cluster.access import check_kubeconfig
from rehearsal.checks.cluster.cluster_api import ClusterApi
from rehearsal.checks.cluster.declared import declare, declared
from rehearsal.checks.cluster.missing_paths import Json, missing_paths
from rehearsal.checks.cluster.operator_place import operator_place
from rehearsal.checks.cluster.vault_first import check_vault_first
from rehearsal.checks.hosts.runs import check_second_run
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import changes, expect, expect_success
from stacks.host_things import host_things

OF_CHARTS = frozenset(
    {
        "Application", "BackupTarget", "Certificate", "HelmChart", "PersistentVolumeClaim", "StepClusterIssuer",
        "VaultAuth", "VaultConnection", "VaultStaticSecret",
    }
)  # fmt: skip
"""Kinds that only what a chart installs could make well; here no chart is installed."""
OWN_SECONDS = 60
TAKEN_OUT = "argocd"
EXTRA = "misspelt"
EDIT = '{"data": {"lab.server": "by hand"}}'

Object = Mapping[str, Json]
Named = tuple[str, Callable[[HostsLab], str | None]]


def object_checks() -> Iterator[Named]:
    """Return the checks by name."""
    yield "cluster: every object of every manifest is there, field by field", check_applied
    yield "cluster: a mistyped field in any object is refused by its name", check_mistyped
    yield "cluster: what must not start before Vault is unsealed is taken only when it waits", check_vault_first
    yield "cluster: its status names what only a chart could bring, and nothing else", check_status
    yield "cluster: the operator's kubeconfig reaches it, beside what was there before", check_kubeconfig
    yield "cluster: an object that was changed by hand is named, and put back", check_put_back
    yield f"cluster: {TAKEN_OUT} taken out of the declaration goes, its namespace stays", check_taken_out
    yield f"cluster: {TAKEN_OUT} declared again is applied again", check_back
    yield "cluster: after that a run changes nothing", check_second_run


def check_applied(lab: HostsLab) -> str:
    """Prove that the API has each object with every value of its manifest, and that k3s itself has applied the file."""
    api = ClusterApi.of(lab)
    faults, counted = [], 0
    texts = {thing: api.manifest(thing) for thing in host_things(lab.settings)}
    live = {_key(one): one for one in api.objects(texts)}
    for thing, text in texts.items():
        for one in _documents(text):
            counted += 1
            found = live.get(_key(one))
            missing = ["all of it"] if found is None else [*missing_paths(one, found)]
            faults += [f"{thing}: {_shown(one)}: {path}" for path in missing]
    expect(not faults, "expected in the API as the manifests say, found otherwise:\n" + "\n".join(faults))
    _expect_own(api, {thing: hashlib.sha256(text.encode()).hexdigest() for thing, text in texts.items()})
    return f"{counted} objects of {len(texts)} manifests"


def check_mistyped(lab: HostsLab) -> str:
    """Prove of each object that the API refuses one field more, and says which."""
    api = ClusterApi.of(lab)
    objects = [one for thing in host_things(lab.settings) for one in _documents(api.manifest(thing))]
    wrong = [_with_extra(one) for one in objects]
    said = api.refused(yaml.safe_dump_all(wrong))
    counted = sum(f".{EXTRA}: field not declared" in line for line in said.splitlines())
    expect(counted == len(wrong), f"expected {len(wrong)} objects refused for `{EXTRA}`, found {counted}:\n{said}")
    return f"{counted} objects"


def check_status(lab: HostsLab) -> str:
    """Prove that the operator's question finds every manifest applied, and the charts not installed."""
    rows = _status(lab)
    things = {*host_things(lab.settings)}
    expect(things <= {str(row["thing"]) for row in rows}, f"expected rows of {sorted(things)}, found {rows}")
    wrong = [row for row in rows if row["faults"]]
    others = [row for row in wrong if str(row["what"]).partition(" ")[0] not in OF_CHARTS]
    expect(not others, f"expected only what charts bring to be missing, found {others}")
    charts = [row for row in wrong if str(row["what"]).startswith("HelmChart ")]
    told = [row for row in charts if row["faults"] != ["not installed yet"]]
    expect(charts and not told, f"expected each chart to be `not installed yet`, found {told or rows}")
    return f"{len(rows) - len(wrong)} of {len(rows)} are well, {len(charts)} charts not installed"


def check_put_back(lab: HostsLab) -> str:
    """Change one object by hand and delete another; both are named by layer and object, and repaired, exactly those."""
    api, server = ClusterApi.of(lab), lab.settings.roles.servers[0]
    api.kubectl("--namespace=kube-system", "patch", "configmap", "coredns-custom", f"--patch={EDIT}")
    api.kubectl("--namespace=tools", "delete", "ingressroutes.traefik.io", "vault")
    wanted = {f"{server}-coredns", f"{server}-vault"}
    told = [row for row in _status(lab) if row["what"] == "manifest" and row["faults"]]
    expect({row["thing"] for row in told} == {"coredns", "vault"}, f"expected both named by the status, found {told}")
    shown = lab.stack.run("preview", refresh=True)
    expect_success(shown)
    expect(_changed(changes(shown)) == wanted, f"expected {sorted(wanted)} to differ, found {changes(shown)}")
    expect_success(lab.stack.run("up", refresh=True))
    check_applied(lab)
    return "; ".join(f"{row['thing']}: {row['faults']}" for row in told)


def check_taken_out(lab: HostsLab) -> str:
    """Take one thing out of the settings; its objects are deleted through the API, then its file."""
    api, name = ClusterApi.of(lab), f"{lab.settings.roles.servers[0]}-{TAKEN_OUT}"
    before = _documents(api.manifest(TAKEN_OUT))
    lab_followed = declared(lab)["followed"]
    declare(lab, followed=None)
    try:
        shown = lab.stack.run("preview")
        expect_success(shown)
        expect(_changed(changes(shown)) == {name}, f"expected only {name} to go, found {changes(shown)}")
        expect_success(lab.stack.run("up"))
        left = {str(one["kind"]) for one in before if api.has(one)}
        expect(left == {"Namespace"}, f"expected only its namespace to stay, found {sorted(left)}")
        expect(not api.has_manifest(TAKEN_OUT), f"expected {manifest_file(TAKEN_OUT)} to be gone")
        told = [row for row in _status(lab) if row["thing"] == TAKEN_OUT]
        expect(not told, f"expected the status to know nothing of it, found {told}")
    finally:
        declare(lab, followed=lab_followed)
    return f"{len(before) - 1} objects deleted"


def check_back(lab: HostsLab) -> None:
    """Have it applied again, and nothing else."""
    document = lab.stack.run("up")
    expect_success(document)
    name = f"{lab.settings.roles.servers[0]}-{TAKEN_OUT}"
    expect(_changed(changes(document)) == {name}, f"expected only {name} to be made, found {changes(document)}")
    check_applied(lab)


def _status(lab: HostsLab) -> Sequence[Object]:
    done = operator_place(lab).run("./factory cluster status --json")
    expect(done.returncode == 1, f"expected the status to end with 1, found {done.returncode}:\n{done.stderr}")
    rows: Sequence[Object] = json.loads(done.stdout)
    return rows


def _expect_own(api: ClusterApi, digests: Mapping[str, str]) -> None:
    """Wait for k3s's own record of each thing's file; it looks at the folder from time to time."""
    deadline = time.monotonic() + OWN_SECONDS
    while other := _not_applied(api.own_digests(), digests):
        expect(time.monotonic() < deadline, f"expected k3s to have applied its files, found not so: {', '.join(other)}")
        time.sleep(1)


def _not_applied(found: Mapping[str, str], digests: Mapping[str, str]) -> Sequence[str]:
    return [thing for thing, digest in digests.items() if found.get(manifest_file(thing)) != digest]


def _documents(text: str) -> list[Object]:
    return [one for one in yaml.safe_load_all(text) if isinstance(one, dict)]


def _key(one: Object) -> tuple[str, str, str]:
    metadata = one["metadata"]
    known = metadata if isinstance(metadata, Mapping) else {}
    return str(one["kind"]), str(known.get("namespace", "")), str(known.get("name"))


def _shown(one: Object) -> str:
    kind, namespace, name = _key(one)
    return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"


def _with_extra(one: Object) -> Object:
    spec = one.get("spec")
    return {**one, "spec": {**spec, EXTRA: "x"}} if isinstance(spec, Mapping) else {**one, EXTRA: "x"}


def _changed(lines: Sequence[str]) -> set[str]:
    return {line.split()[1] for line in lines}
