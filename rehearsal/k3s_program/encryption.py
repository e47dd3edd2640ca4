"""The key that secrets are kept with in the datastore."""

import base64
import json
import secrets

from rehearsal.k3s_program.places import CRED
from rehearsal.k3s_program.private_file import private_file

FILE = CRED / "encryption-config.json"


def write_encryption() -> str:
    """Make the key where there is none, and return the file that names it."""
    if not FILE.exists():
        key = {"name": "aescbckey", "secret": base64.b64encode(secrets.token_bytes(32)).decode()}
        config = {
            "apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "EncryptionConfiguration",
            "resources": [{"resources": ["secrets"], "providers": [{"aescbc": {"keys": [key]}}, {"identity": {}}]}],
        }
        private_file(FILE, json.dumps(config))
    return str(FILE)
