"""The objects of a volume are gone, and so is their dump: only raw replicas are left on the disks."""

import hashlib
import subprocess
from collections.abc import Mapping

from rehearsal.drills.comparison import Comparison
from rehearsal.drills.drill import Drill
from rehearsal.drills.layered_volume import SIZE, LayeredVolume
from rehearsal.drills.place import Place

VOLUME = "pvc-7b1f0c52-5a3e-4c1d-9a55-0d6c1f2e3a4b"
REPLICAS = "/mnt/arcodange/longhorn/replicas"
HOLDERS = {"pi1": ("0a1b2c3d", None), "pi3": ("4e5f6a7b", 3)}
"""Machine → end of the folder's name, and how many layers it holds; one was away when the last was begun."""
FILE_BYTES = 3 << 20
GROWN = 8 << 20


class VolumesLost:
    """A volume with a file system, written in four states."""

    def __init__(self, place: Place) -> None:
        """Begin at *place*."""
        self._place = place
        self._volume = LayeredVolume(place.home / "written")
        self._fresh = place.home / "fresh-volume"

    @property
    def names(self) -> Mapping[str, str]:
        """A file stands for the device of the fresh volume: these machines have no Longhorn."""
        return {"/dev/longhorn/VOLUME": str(self._fresh), "VOLUME": VOLUME}

    def write(self) -> None:
        """Write, snapshot, delete, write again; then put the layers where Longhorn keeps them."""
        for number in range(6):
            self._volume.write(f"file{number}", hashlib.sha256(bytes([number])).digest() * (FILE_BYTES // 32))
            if number % 2:
                self._volume.snapshot()
        self._volume.remove("file0")
        self._volume.snapshot()
        for name, (ending, layers) in HOLDERS.items():
            own = self._place.home / name
            self._volume.write_replica(own / f"{VOLUME}-{ending}", layers=layers)
            machine = self._place.lab[name]
            mount = "/mnt/arcodange"
            machine.run(
                f"sudo sh -seu <<'END'\nmkfs.ext4 -q {machine.data_disk}\nmkdir -p {mount}\n"
                f"mount {machine.data_disk} {mount}\nmkdir -p {REPLICAS}\nEND"
            )
            packed = subprocess.run(
                ["/usr/bin/tar", "--sparse", "--hole-detection=seek", "-C", own, "-cf", "-", "."],
                capture_output=True,
                check=True,
            ).stdout
            subprocess.run(
                machine.command(f"sudo tar -C {REPLICAS} -xf - && sync"), input=packed, capture_output=True, check=True
            )

    def strike(self) -> None:
        """Cut the power; no cluster comes back that would know the volume."""
        for name in HOLDERS:
            self._place.lab[name].kill()
        for name in HOLDERS:
            machine = self._place.lab[name]
            machine.start()
            machine.run(f"sudo mount -o ro {machine.data_disk} /mnt/arcodange")
        with self._fresh.open("wb") as file:
            file.truncate(SIZE + GROWN)

    def compare(self) -> Comparison:
        """Compare checksums of all bytes."""
        with self._fresh.open("rb") as file:
            found = hashlib.sha256(file.read(SIZE)).hexdigest()
        wanted = self._volume.checksum()
        after = "the same after" if found == wanted else f"{found[:16]} after"
        return Comparison(same=found == wanted, found=f"{SIZE:,} bytes, SHA-256 {wanted[:16]} before, {after}")


DRILL = Drill(
    name="volumes-lost",
    summary="volume objects and their dump gone, raw replicas left",
    ground="machines",
    begin=VolumesLost,
)
