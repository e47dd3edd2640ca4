#!/bin/sh
# Stand-in: like the published image it starts with the mounted configuration; it writes none from variables.
set -eu
if [ ! -f /etc/pgbouncer/pgbouncer.ini ]; then
  echo "stand-in: expected /etc/pgbouncer/pgbouncer.ini, found none" >&2
  exit 1
fi
exec "$@"
