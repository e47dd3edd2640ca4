"""Where the parts of the backup lie on the hosts."""

ACCOUNT = "factory-backup"
"""Sends; may read what was collected, and nothing else."""
ACCOUNT_NUMBER = 870
"""Given: the next free one may be that of the databases' account in its container, whose files it could read."""
KEEPER = "factory-keeper"
"""Keeps; owns the repositories."""
KEEPER_NUMBER = 871
SETTINGS = "/etc/factory/backup/settings.json"
SECRETS = "/etc/factory/backup/secrets"
ROOT = "/etc/factory/backup/root.crt"
PROGRAMS = "/usr/local/lib/factory"
STATE = "/var/lib/factory-backup"
SERVICE = "factory-backup.service"
TIMER = "factory-backup.timer"
KEEPER_SERVICE = "factory-keeper.service"
KEEPER_SECRETS = "/etc/factory/keeper"
UNITS = "/etc/systemd/system"
