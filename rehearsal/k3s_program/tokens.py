"""What lets servers and agents in."""

import hashlib
import secrets
from pathlib import Path

from rehearsal.k3s_program.places import CRED, SERVER
from rehearsal.k3s_program.private_file import private_file
from rehearsal.k3s_program.settings import Settings

ACCOUNTS_FILE = CRED / "tokens.csv"
NODES = "stand-in:nodes"
"""Group of those who came in by the token of agents."""


def password(token: str) -> str:
    """Return the secret of a token, which may have the authority's digest and a user before it."""
    return token.rpartition(":")[2]


def digest(authority: str) -> str:
    """Return what a token begins with: it tells an agent whom it joins."""
    return "K10" + hashlib.sha256(authority.encode()).hexdigest()


def write_tokens(settings: Settings, *, authority: str) -> str:
    """Write the tokens of this server and return that of its administrator."""
    own = SERVER / "token"
    kept = password(own.read_text(encoding="utf-8").strip()) if own.exists() else secrets.token_hex(16)
    given = settings.secret("token")
    server = password(given) if given else kept
    agent = password(settings.secret("agent-token") or server)
    private_file(own, f"{digest(authority)}::server:{server}\n")
    private_file(SERVER / "agent-token", f"{digest(authority)}::node:{agent}\n")
    node_token = SERVER / "node-token"
    if not node_token.is_symlink():
        node_token.symlink_to(SERVER / "agent-token")
    admin = _administrator(CRED / "admin")
    private_file(
        ACCOUNTS_FILE, f'{admin},admin,admin,system:masters\n{agent},stand-in:node,node,"{NODES}"\n'
    )  # fmt: skip
    return admin


def _administrator(path: Path) -> str:
    if not path.exists():
        private_file(path, secrets.token_hex(16))
    return path.read_text(encoding="utf-8")
