#!/bin/bash
# Stand-in: like the published image it gives up root and runs the server. It makes no databases, as the published one
# does in an empty folder: the layer has made them before.
set -euo pipefail

if [ "${1:0:1}" = - ]; then
  set -- postgres "$@"
fi
if [ "$1" != postgres ]; then
  exec "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  echo "stand-in: expected databases in $PGDATA, found none" >&2
  exit 1
fi
if [ "$(id -u)" = 0 ]; then
  # What lies in /run is no part of an image.
  install -d -o postgres -g postgres -m 3777 /var/run/postgresql
  find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$@"
fi
exec "$@"
