"""The script that keeps the datastore before another k3s, or one configured otherwise, works on it."""

SNAPSHOT = "/usr/local/sbin/factory-k3s-snapshot"
KEPT = 5

SNAPSHOT_SCRIPT = """\
#!/bin/sh
# Runs before each start of k3s, so that nothing writes meanwhile, whatever it was that started it.
set -eu
umask 077
server=$1 mount=$2 kept=$3
shift 3
[ -d "$server/db" ] || exit 0
folder=$mount/k3s-snapshots
key=$(sha256sum -- "$@" | sha256sum | cut -d' ' -f1)
# Written after a start with these files: what they began with is kept already.
[ "$(cat -- "$server/.factory-started-with" 2>/dev/null || true)" != "$key" ] || exit 0
mountpoint -q -- "$mount" || { echo "$mount: nothing is mounted; no snapshot, no start" >&2; exit 1; }
mkdir -p -- "$folder"
rm -rf -- "$folder"/.new
mkdir -- "$folder/.new"
cp -a -- "$server/db" "$server/token" "$folder/.new/"
chmod -R go= -- "$folder/.new"
last=$(find "$folder" -mindepth 1 -maxdepth 1 -name '[0-9]*' -printf '%f\\n' | sort | tail -n 1)
# expr reads digits as decimal, also after zeros.
number=$(printf '%06d' "$(expr "${last:-0}" + 1)")
sync
mv -T -- "$folder/.new" "$folder/$number"
sync
printf '%s\\n' "$key" >"$server/.factory-started-with"
find "$folder" -mindepth 1 -maxdepth 1 -name '[0-9]*' | sort | head -n "-$kept" |
    while read -r old; do rm -rf -- "$old"; done
"""
