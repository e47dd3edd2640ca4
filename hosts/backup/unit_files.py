"""The units of the backup."""

from hosts.backup import places as at

_CLOSED = """\
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectHome=yes
ProtectSystem=strict
"""


def render_service(*, mount: str, staging: str, hours: int, memory_mebibytes: int) -> str:
    """Return the unit that collects with all rights, and sends with none but reading what was collected."""
    return f"""\
[Unit]
Description=Backup of this host
Wants=network-online.target
After=network-online.target docker.service
RequiresMountsFor={mount}
AssertPathIsMountPoint={mount}

[Service]
Type=oneshot
User={at.ACCOUNT}
StateDirectory=factory-backup
StateDirectoryMode=0700
ExecStartPre=+/usr/bin/install -d -m 750 -o root -g {at.ACCOUNT} {staging}
ExecStartPre=+/usr/bin/setpriv --egid={at.ACCOUNT} --clear-groups /usr/bin/python3 -I {at.PROGRAMS}/backup-collect.py
ExecStart=/usr/bin/python3 -I {at.PROGRAMS}/backup-send.py
TimeoutStartSec={hours}h
MemoryMax={memory_mebibytes}M
Nice=10
IOSchedulingClass=idle
{_CLOSED}"""


def render_timer() -> str:
    """Return the timer: once in the night, and after a power cut that took the night away."""
    return """\
[Unit]
Description=Backup of this host, every night

[Timer]
OnCalendar=*-*-* 04:00:00
RandomizedDelaySec=1200
Persistent=yes

[Install]
WantedBy=timers.target
"""


def render_keeper(*, mount: str, folder: str, port: int) -> str:
    """Return the unit that takes backups in; nothing but locks can be removed through it, nothing replaced."""
    return f"""\
[Unit]
Description=Keeper of the other hosts' backups
Wants=network-online.target
After=network-online.target
RequiresMountsFor={mount}
AssertPathIsMountPoint={mount}

[Service]
User={at.KEEPER}
ExecStartPre=+/usr/bin/install -d -m 700 -o {at.KEEPER} -g {at.KEEPER} {folder}
LoadCredential=users:{at.KEEPER_SECRETS}/users
LoadCredential=crt:{at.KEEPER_SECRETS}/tls/tls.crt
LoadCredential=key:{at.KEEPER_SECRETS}/tls/tls.key
ExecStart=/usr/bin/rclone serve restic --config "" --addr :{port} --append-only --private-repos \\
    --cache-objects=false --min-tls-version tls1.2 --htpasswd ${{CREDENTIALS_DIRECTORY}}/users \\
    --cert ${{CREDENTIALS_DIRECTORY}}/crt --key ${{CREDENTIALS_DIRECTORY}}/key {folder}
Restart=on-failure
RestartSec=5
MemoryMax=256M
UMask=0077
ReadWritePaths=-{folder}
{_CLOSED}
[Install]
WantedBy=multi-user.target
"""
