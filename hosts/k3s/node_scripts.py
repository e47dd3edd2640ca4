"""What a server of the cluster is told to do with a node; the names come as arguments."""

from hosts.k3s.places import BINARY

ANSWERS = f"""
for try in $(seq "$1"); do
    if {BINARY} kubectl get --raw=/readyz --request-timeout=5s >/dev/null 2>&1; then exit 0; fi
    sleep 1
done
echo "the API of the cluster: expected an answer within $1 s, found none" >&2
exit 1
"""

# A volume that nobody uses has no health to wait for, unless it is broken.
VOLUMES = f"""
kind=$({BINARY} kubectl get crd volumes.longhorn.io --ignore-not-found --output=name) || exit 1
[ -n "$kind" ] || exit 0
each='{{range .items[*]}}{{.metadata.name}} {{.status.state}} {{.status.robustness}}{{"\\n"}}{{end}}'
for try in $(seq "$1"); do
    found=$({BINARY} kubectl get volumes.longhorn.io --all-namespaces --output=jsonpath="$each") || exit 1
    bad=$(printf '%s\\n' "$found" | awk 'NF && $NF != "healthy" && !($2 == "detached" && $3 == "unknown")')
    [ -n "$bad" ] || exit 0
    sleep 1
done
echo "volumes: expected each healthy within $1 s, found:" >&2
printf '%s\\n' "$bad" >&2
exit 1
"""

PATCH = f'{BINARY} kubectl patch node "$1" --type=merge --patch="$2" >/dev/null'

# Without --force: a pod that nobody makes again elsewhere is for a person to decide about.
DRAIN = f"""
set -eu
{BINARY} kubectl drain "$1" --ignore-daemonsets --delete-emptydir-data --timeout="$3s"
{BINARY} kubectl annotate --overwrite node "$1" "$2" >/dev/null
"""

READY = f"""
fields='{{.status.nodeInfo.kubeletVersion}} {{.status.conditions[?(@.type=="Ready")].status}}'
for try in $(seq "$3"); do
    found=$({BINARY} kubectl get node "$1" --ignore-not-found --request-timeout=5s --output=jsonpath="$fields" 2>&1)
    [ "$found" != "v$2 True" ] || exit 0
    sleep 1
done
echo "$1: expected a ready node of v$2 within $3 s, found: ${{found:-none}}" >&2
exit 1
"""
