"""What the dead man's switch runs on a host.

A guard's folder holds the list of `paths`, the `old` files by number, the command to `reload`, and one mark of what was
decided; a lock makes confirmation and roll-back exclude each other.
"""

from hosts.facts.guard_state import GUARDS

_UNITS = "/etc/systemd/system"

_BACK = """#!/bin/sh
# Puts back what an unconfirmed change replaced. Started by a timer, and once more at boot.
cd "$(dirname "$0")" || exit 1
exec 9>lock
flock 9
[ -e armed ] && [ ! -e rolled-back ] || exit 0
number=0
while IFS= read -r path; do
    number=$((number + 1))
    if [ -e "old/$number" ] || [ -L "old/$number" ]; then
        rm -rf -- "$path.factory-back"
        cp -a --no-target-directory -- "old/$number" "$path.factory-back" && mv -fT -- "$path.factory-back" "$path"
    else
        rm -f -- "$path"
    fi
done <paths
sync
# At boot nothing has read the new files yet.
[ "$(cat boot)" != "$(cat /proc/sys/kernel/random/boot_id)" ] || timeout 20 sh reload </dev/null
: >rolled-back
"""

ARM = f"""set -eu
guard=$1 seconds=$2 reload=$3
shift 3
folder={GUARDS}/$guard unit=factory-guard-$guard
systemctl stop "$unit.timer" 2>/dev/null || true
[ ! -e "$folder/armed" ] || sh "$folder/back"
rm -rf -- "$folder"
mkdir -p -- "$folder/old"
chmod 700 {GUARDS}
cd "$folder"
number=0
for path; do
    number=$((number + 1))
    if [ -e "$path" ] || [ -L "$path" ]; then cp -a --no-target-directory -- "$path" "old/$number"; fi
    printf '%s\\n' "$path" >>paths
done
printf '%s\\n' "$reload" >reload
cat /proc/sys/kernel/random/boot_id >boot
cat >back <<'END'
{_BACK}END
# For the next boot alone: a unit that must end before ssh.service starts cannot reload it while the machine runs.
cat >"{_UNITS}/$unit-at-boot.service" <<END
[Unit]
Description=Put back what the unconfirmed change of $guard replaced
Before=network-pre.target ssh.service
[Service]
Type=oneshot
ExecStart=/bin/sh $folder/back
END
mkdir -p {_UNITS}/multi-user.target.wants
ln -sf "../$unit-at-boot.service" {_UNITS}/multi-user.target.wants/
: >armed
sync
systemd-run --quiet --collect --on-active="$seconds" --timer-property=AccuracySec=100ms --unit="$unit" \\
    /bin/sh "$folder/back" >/dev/null
"""

TRY = """cd "$1" || exit 1
if said=$(sh -c "$2" 2>&1 </dev/null) && said=$(sh reload 2>&1 </dev/null); then exit 0; fi
systemctl stop "factory-guard-$(basename "$1").timer"
sh back
printf '%s\\n' "$said" "refused, and rolled back:" >&2
cat paths >&2
exit 1
"""

CONFIRM = f"""sh -c "$2" </dev/null >/dev/null || exit 1
cd {GUARDS}/"$1" || exit 1
exec 9>lock
flock 9
[ ! -e rolled-back ] || exit 1
rm -f armed
unit=factory-guard-$1
systemctl stop "$unit.timer"
rm -f "{_UNITS}/$unit-at-boot.service" "{_UNITS}/multi-user.target.wants/$unit-at-boot.service"
rm -rf -- {GUARDS}/"$1"
"""

REPORT = """cd "$1" || exit 1
tries=0
while [ ! -e rolled-back ] && [ "$tries" -lt "$3" ]; do tries=$((tries + 1)); sleep 1; done
echo "no new connection confirmed the change within $2 s" >&2
if [ -e rolled-back ]; then echo "rolled back:" >&2; else echo "and it was not rolled back in time:" >&2; fi
cat paths >&2
exit 1
"""
