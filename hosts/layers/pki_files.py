"""The files of step-ca, computed from settings and key material."""

import json

from hosts.layers import pki_settings as at
from hosts.layers.pki_settings import Authority, Lifetime

_JWE_PARTS = ("protected", "encrypted_key", "iv", "ciphertext", "tag")


def render_configuration(authority: Authority, *, provisioner: str, provisioner_key: str) -> str:
    """Return the text of `ca.json`; the two others are the JSON files that `step crypto jwk create` wrote."""
    key = json.loads(provisioner_key)
    jwk = {
        "type": "JWK",
        "name": authority.provisioner,
        "key": json.loads(provisioner),
        # step writes an object where step-ca expects the five parts in one line.
        "encryptedKey": ".".join(key[part] for part in _JWE_PARTS),
        "claims": _claims(authority.jwk),
    }
    acme = {"type": "ACME", "name": "acme", "claims": _claims(authority.acme)}
    tree = {
        "root": at.ROOT,
        "crt": at.INTERMEDIATE,
        "key": at.INTERMEDIATE_KEY,
        "address": f":{authority.port}",
        "dnsNames": list(authority.names),
        "logger": {"format": "text"},
        "db": {"type": "badgerv2", "dataSource": f"{at.DATABASE}/db"},
        "authority": {"provisioners": [jwk, acme]},
        "tls": {"minVersion": 1.2, "maxVersion": 1.3},
    }
    return json.dumps(tree, indent=2) + "\n"


def _claims(lifetime: Lifetime) -> dict[str, str]:
    return {
        "minTLSCertDuration": "5m0s",
        "defaultTLSCertDuration": f"{lifetime.default_hours}h0m0s",
        "maxTLSCertDuration": f"{lifetime.maximum_hours}h0m0s",
    }


def render_client(authority: Authority) -> str:
    """Return what `step` on this host takes for granted."""
    return json.dumps({"ca-url": authority.url, "root": at.ROOT}, indent=2) + "\n"


def render_account() -> str:
    """Return the account that step-ca runs as, in the words of systemd-sysusers."""
    return f'u {at.ACCOUNT} - "Certificate authority" {at.DATABASE}\n'


def render_unit() -> str:
    """Return the unit of systemd."""
    return f"""\
[Unit]
Description=Certificate authority of the lab
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
User={at.ACCOUNT}
Group={at.ACCOUNT}
Environment=STEPPATH={at.FOLDER}
ExecStart={at.STEP_CA} {at.CONFIGURATION} --password-file {at.PASSWORD}
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=2
StateDirectory=step-ca
StateDirectoryMode=0700
NoNewPrivileges=yes
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=strict

[Install]
WantedBy=multi-user.target
"""
