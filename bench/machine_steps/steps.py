"""What each tool gives a machine: twenty steps as values."""

PACKAGES = ("tree", "less")
USERS = ("bench1", "bench2", "bench3")
FOLDERS = ("/srv/bench", "/srv/bench/data")
FILES = {f"/etc/bench{number:02}.conf": f"number = {number}\nname = bench\n" for number in range(1, 10)}
LINK = ("/srv/bench/link", "/srv/bench/data")
LINE = ("/etc/environment", "BENCH=1")
UNIT = (
    "/etc/systemd/system/bench.service",
    "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n",
)
SERVICE = "bench.service"

NUMBER = 1 + len(USERS) + len(FOLDERS) + len(FILES) + 5
"""Packages, users, folders, files, link, line, unit, its start, and the SSH server that runs."""
