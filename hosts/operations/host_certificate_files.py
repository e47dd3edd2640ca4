"""What renews a certificate on a host: a program, its settings, a timer."""

import shlex
from collections.abc import Sequence

PROGRAM = "/usr/local/sbin/factory-certificate"
SERVICE = "/etc/systemd/system/factory-certificate@.service"
TIMER = "/etc/systemd/system/factory-certificate@.timer"
SETTINGS = "/etc/factory/certificates"
AUTHORITY = "/etc/step-ca"
"""Folder of the layers pki and pki_replica, with the address of the authority and the provisioner's password."""

PROGRAM_TEXT = f"""\
#!/bin/sh
# factory-certificate NAME          get a certificate unless there is a good one, then let its user read it
# factory-certificate NAME --check  succeed if there is nothing to do
set -eu
PATH=/usr/local/bin:$PATH
. "{SETTINGS}/$1"
root={AUTHORITY}/authority/root_ca.crt due=/var/lib/factory/certificates/$1.reload
crt=$FOLDER/tls.crt key=$FOLDER/tls.key

names() {{ # in one order, without their kinds
    tr -s ', ' '\\n\\n' | sed -n 's/^.*://; /./p' | sort -u
}}

good() {{
    [ -f "$crt" ] && [ -f "$key" ] || return 1
    [ "$(stat -c '%a %u:%g' -- "$key")" = "600 $OWNER" ] || return 1
    openssl x509 -in "$crt" -noout -checkend $((HOURS * 1200)) >/dev/null || return 1 # a third of its life
    openssl verify -CAfile "$root" -untrusted "$crt" "$crt" >/dev/null 2>&1 || return 1
    [ "$(openssl x509 -in "$crt" -noout -pubkey)" = "$(openssl pkey -in "$key" -pubout)" ] || return 1
    has=$(openssl x509 -in "$crt" -noout -ext subjectAltName | sed '1d; s/IP Address:/IP:/g' | names)
    [ "$has" = "$(echo "$NAMES" | names)" ]
}}

if [ "${{2:-}}" = --check ]; then
    good && [ ! -e "$due" ]
    exit
fi

if ! good; then
    mkdir -p -- "$FOLDER" "$(dirname "$due")"
    new=$(mktemp -d "$FOLDER/.new.XXXXXX")
    trap 'rm -rf -- "$new"' EXIT
    umask 077
    set --
    for name in $NAMES; do set -- "$@" --san "$name"; done
    STEPPATH={AUTHORITY} step ca certificate "${{NAMES%% *}}" "$new/tls.crt" "$new/tls.key" "$@" \\
        --provisioner "$PROVISIONER" --provisioner-password-file {AUTHORITY}/secrets/provisioner_password \\
        --not-after "${{HOURS}}h"
    chmod 644 "$new/tls.crt"
    chown "$OWNER" "$new/tls.crt" "$new/tls.key"
    [ ! -e "$crt" ] || : >"$due" # who reads the first one is not there yet
    sync -f "$new"
    # A power cut between the two leaves a pair that does not fit: the next run sees it and gets another.
    mv -f -- "$new/tls.key" "$key"
    mv -f -- "$new/tls.crt" "$crt"
fi

if [ -e "$due" ]; then
    sh -c "$RELOAD"
    rm -f -- "$due"
fi
"""

SERVICE_TEXT = f"""\
[Unit]
Description=Certificate for %i from the authority of the lab
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={PROGRAM} %i
"""

TIMER_TEXT = """\
[Unit]
Description=Renewal of the certificate for %i

[Timer]
OnCalendar=hourly
RandomizedDelaySec=600
Persistent=yes

[Install]
WantedBy=timers.target
"""


def render_settings(  # noqa: PLR0913 - what a certificate is asked for with
    *, names: Sequence[str], folder: str, owner: str, reload: str, hours: int, provisioner: str
) -> str:
    """Return what the program reads for one certificate."""
    values = {
        "NAMES": " ".join(names),
        "FOLDER": folder,
        "OWNER": owner,
        "RELOAD": reload,
        "HOURS": str(hours),
        "PROVISIONER": provisioner,
    }
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
