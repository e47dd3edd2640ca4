"""Operation: the first administrator of Gitea."""

import re
from collections.abc import Generator

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationValueError
from pyinfra.api.facts import FactBase
from pyinfra.api.operation import operation
from pyinfra.context import host

from hosts.layers.gitea_password import ALGORITHM, KeptPassword
from hosts.layers.gitea_settings import DATABASE
from hosts.layers.postgres_facts import CONTAINER as POSTGRES

PSQL = f"docker exec --interactive --user postgres {POSTGRES} psql -XAtq --set=ON_ERROR_STOP=1 --dbname={DATABASE}"
_HEX = re.compile(r"[0-9a-f]+")

# The table is not there before Gitea's first start.
_QUESTION = """
SELECT to_regclass('public."user"') IS NOT NULL AS made \\gset
\\if :made
SELECT EXISTS (SELECT FROM public."user" WHERE is_admin);
\\else
SELECT false;
\\endif
"""

# psql ends with 2 when nobody answers or the database is missing.
_ASK = """
said=$(printf '%s' "$1" | $PSQL 2>&1) && code=0 || code=$?
running=$(docker inspect --format '{{.State.Running}}' $SERVER 2>/dev/null) || true
if [ $code = 0 ]; then printf '%s\\n' "$said"
elif [ $code = 2 ] || [ "$running" != true ]; then echo f
else printf '%s\\n' "$said" >&2; exit 1
fi
""".replace("$PSQL", PSQL).replace("$SERVER", POSTGRES)

_KNOWN = """
SELECT count(*) FROM public."user" WHERE lower_name = lower(:'name');
"""

# Made without rights and with a password that nobody learns: what is printed is thrown away.
_MAKE = """
set -eu
name=$1 address=$2
[ "$($PSQL --set=name="$name")" != 0 ] || docker exec gitea gitea admin user create \\
    --username "$name" --email "$address" \\
    --random-password --random-password-length 40 --must-change-password=false >/dev/null
""".replace("$PSQL", PSQL)

# Password and rights come at once, and only while there is no administrator: a power cut leaves nothing half done.
_PROMOTE = """
UPDATE public."user"
   SET passwd = :'digest', salt = :'salt', passwd_hash_algo = :'algorithm',
       is_admin = true, must_change_password = false
 WHERE lower_name = lower(:'name') AND NOT EXISTS (SELECT FROM public."user" WHERE is_admin);
"""


class HasAdministrator(FactBase[bool]):
    """Whether Gitea has an administrator; False while there is no Gitea."""

    def command(self) -> StringCommand:
        """Ask its database, which is quicker than its program."""
        return StringCommand("sh -c", QuoteString(_ASK), "ask", QuoteString(_QUESTION))

    def process(self, output: list[str]) -> bool:
        """Return the answer."""
        return output == ["t"]


@operation()
def first_administrator(*, account: str, address: str, password: KeptPassword) -> Generator[StringCommand, None, None]:
    """Make an administrator while Gitea has none; once there is one, nothing of it is ever touched again.

    Gitea's own command takes a password as an argument only, where every account of the host could read it: so what
    Gitea keeps of the password goes to its database, by standard input.
    """
    if account.startswith("-") or address.startswith("-") or not _HEX.fullmatch(password.digest + password.salt):
        raise OperationValueError("account: expected a name and an address, and what Gitea keeps of a password")
    if host.get_fact(HasAdministrator):
        host.noop("there is an administrator")
        return
    yield StringCommand("sh -c", QuoteString(_MAKE), "make", QuoteString(account), QuoteString(address), _stdin=_KNOWN)
    values = {"name": account, "digest": password.digest, "salt": password.salt, "algorithm": ALGORITHM}
    known = "".join(f"\\set {name} '{value}'\n" for name, value in values.items())
    yield StringCommand(PSQL, _stdin=known + _PROMOTE)
