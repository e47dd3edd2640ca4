"""What the SSH server's files say, all of them together."""

from collections.abc import Sequence

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase

# For each user: a block of one of the files may hold for some users alone. The address is one of documentation.
ASK = """
rules=$1
shift
for user; do
    said=$(sshd -T -C "user=$user,host=$user,addr=192.0.2.1" 2>&1) || { printf '%s\\n' "$said"; exit 0; }
    printf '%s\\n' "$rules" | while IFS= read -r rule; do
        printf '%s\\n' "$said" | grep -qxiF -- "$rule" || echo "$user: expected $rule"
    done
    printf '%s\\n' "$said" | sed -n 's/^allowusers //p' | while IFS= read -r one; do
        case " $* " in *" $one "*) ;; *) echo "$user: expected that $one may not log in" ;; esac
    done
done
"""


class SshRules(FactBase[tuple[str, ...]]):
    """What does not count as it should for `users`, who alone may log in; `rules` are lines as `sshd -T` shows them."""

    def command(self, rules: Sequence[str], users: Sequence[str]) -> StringCommand:
        """Ask for all users in one."""
        lines = "\n".join(rules)
        return StringCommand("sh -c", QuoteString(ASK), "rules", QuoteString(lines), *map(QuoteString, users))

    @staticmethod
    def default() -> tuple[str, ...]:
        """Return what no answer means: everything counts."""
        return ()

    def process(self, output: list[str]) -> tuple[str, ...]:
        """Return the lines."""
        return tuple(output)
