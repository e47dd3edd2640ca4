"""What stands at a path on a host, asked in one question."""

import dataclasses

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import FactProcessError
from pyinfra.api.facts import FactBase

_FIELDS = 8


@dataclasses.dataclass(frozen=True, kw_only=True)
class Found:
    """What stands at a path."""

    kind: str
    """In the words of `stat`: `regular file`, `directory`, `symbolic link` …"""
    mode: str
    """Octal digits without a leading zero."""
    user: str
    group: str
    uid: str
    gid: str
    """Numbers of user and group: inside a container an account has another name, or only there one."""
    size: int
    sha256: str | None
    """Digest of the content; None unless it is a regular file."""


class FileState(FactBase[Found | None]):
    """What stands at `path`; None when nothing does, also no folder that could hold it."""

    def command(self, path: str) -> StringCommand:
        """Ask for kind, mode, owner, size and digest; a question that could not be asked fails."""
        quoted = QuoteString(path)
        return StringCommand(
            *("if [ -e", quoted, "] || [ -L", quoted, "]; then"),
            *("stat -c '%F|%a|%U|%G|%u|%g|%s' --", quoted, "&& if [ -f", quoted, "] && [ ! -L", quoted, "]; then"),
            *("sha256sum <", quoted, "; fi; else echo absent; fi"),
        )

    def process(self, output: list[str]) -> Found | None:
        """Return what was found."""
        if output == ["absent"]:
            return None
        fields = output[0].split("|") + [line.partition(" ")[0] for line in output[1:]]
        if len(fields) not in {_FIELDS - 1, _FIELDS}:
            raise FactProcessError(f"expected one line of stat and one digest, found {len(output)} lines")
        kind, mode, user, group, uid, gid, size, *digest = fields
        return Found(
            kind="regular file" if kind == "regular empty file" else kind,
            mode=mode,
            user=user,
            group=group,
            uid=uid,
            gid=gid,
            size=int(size),
            sha256=digest[0] if digest else None,
        )
