"""The shell script that runs one machine."""

DISK_FOLDERS = ("docker", "containerd")
"""Folders of `/var/lib` that lie on the real disk: an overlay on an overlay is refused by the kernel."""
SHARED = "/opt/rehearsal"
"""Where a machine sees the folder that it shares with the others of its lab, and cannot write to."""

# Everything is made inside the mount namespace of the machine's own processes: when the last of them is gone, however
# it went, so are the mounts and (let go at its last use) the loop device. /tmp and nspawn's folder in /run are private
# too: nspawn, when killed, leaves folders there, and two labs have machines of the same names.
# Process 1 listens to udev only when it finds udev's socket at its start; and udev shall know the machine's own disk.
# systemd-nspawn ends with 133 when the machine wants to boot again.
START_SCRIPT = r"""
set -eu
system=$(losetup --find --show "$FOLDER/system")
exec 8<>"$system"
losetup --detach "$system"
data=$(losetup --find --show "$FOLDER/data")
exec 9<>"$data"
losetup --detach "$data"
mkdir -p /run/systemd/nspawn
mount -t tmpfs -o mode=755 tmpfs /run/systemd/nspawn
cd /run/systemd/nspawn
mkdir base own root firmware shared
mount --bind "$BASE" base
mount --bind "$FOLDER" own
mount --bind "$SHARED" shared
mount -t overlay overlay -o lowerdir=base,upperdir=own/upper,workdir=own/work root
mount "$system" firmware
mount -t tmpfs tmpfs /tmp
mount -t cgroup2 cgroup2 /sys/fs/cgroup
export SYSTEMD_SECCOMP=0 SYSTEMD_NSPAWN_API_VFS_WRITABLE=1 SYSTEMD_NSPAWN_LOCK=0
export MACHINE="/sys/fs/cgroup/$GROUP/machine"
mkdir -p "$MACHINE"
code=133
while [ $code = 133 ]; do
  code=0
  rm -rf udev; mkdir -p udev/rules.d; touch udev/control
  for disk in "$system $SYSTEM_DISK" "$data $DATA_DISK"; do
    set -- ${disk#/dev/}
    echo $1 >> udev/disks
    echo "KERNEL==\"$1\", SYMLINK+=\"disk/by-id/$2\"" >> udev/rules.d/60-rehearsal.rules
  done
  sh -c 'echo $$ > "$MACHINE/cgroup.procs" && exec systemd-nspawn "$@"' sh \
    --quiet --register=no --keep-unit --boot --console=read-only --directory=root --machine="$NAME" \
    --network-bridge="$BRIDGE" --resolv-conf=off --timezone=off --link-journal=no \
    --capability=all --drop-capability=CAP_SYS_TIME \
    --bind="$PWD/own/docker:/var/lib/docker" --bind="$PWD/own/containerd:/var/lib/containerd" \
    --bind-ro="$PWD/shared:/opt/rehearsal" \
    --bind="$PWD/udev:/run/udev" --bind="$PWD/firmware:/boot/firmware" --bind="$system" --bind="$data" || code=$?
done
exit $code
"""
