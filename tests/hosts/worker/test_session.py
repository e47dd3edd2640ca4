"""A session with a shell on this machine."""

import subprocess
from collections.abc import Iterator

import pytest

from hosts.worker.errors import UnreachableError
from hosts.worker.session import Session


@pytest.fixture
def session() -> Iterator[Session]:
    """Open a session with a shell."""
    opened = Session(["sh"])
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("command", "code", "out", "err"),
    [
        ("echo one; echo two >&2; exit 3", 3, b"one\n", b"two\n"),
        ("printf 'no newline'", 0, b"no newline", b""),
        ("printf '\\0\\377'", 0, b"\0\xff", b""),
        ("cat", 0, b"", b""),
        ("echo 'it'\"'\"'s'\necho $((1+1)) # why", 0, b"it's\n2\n", b""),
        ("head -c 300000 /dev/zero | tr '\\0' x", 0, b"x" * 300_000, b""),
    ],
    ids=["both outputs", "no newline", "bytes", "empty input", "lines and quotes", "much"],
)
def test_command(session: Session, command: str, code: int, out: bytes, err: bytes) -> None:
    """Exit code and both outputs come back to the byte, whatever the command is."""
    done = session.run(command)
    assert (done.code, done.out, done.err) == (code, out, err)


def test_commands_leave_the_session_alone(session: Session) -> None:
    """A syntax error, a change of folder and a variable end with their command."""
    assert session.run("if then").code != 0
    session.run("cd /usr; umask 077; X=1; set -e; false")
    assert session.run('pwd; umask; echo "[$X]"').out == b"/\n0022\n[]\n"


def test_input(session: Session) -> None:
    """What a command is given arrives as it is, dollar signs and quotes included, also when it is much."""
    text = "a $HOME `id` 'quoted' \\ \n" * 20_000
    assert session.run("cat", stdin=text).out == text.encode()
    assert session.run("echo ignored").out == b"ignored\n"


def test_what_goes_on_in_the_background_is_not_waited_for(session: Session) -> None:
    """A command that leaves a process behind ends when it ends itself."""
    session.run("sleep 30 & echo $! > /dev/null; kill $!")
    left = session.run("sleep 300 & echo $!").out.decode().strip()
    assert session.run(f"kill {left}").code == 0, "it runs still, so nobody waited for it"


def test_timeout(session: Session) -> None:
    """A command that takes too long ends the session, and says so."""
    with pytest.raises(TimeoutError):
        session.run("sleep 20", timeout=0.2)
    assert not session.open


def test_broken_connection_tells_the_last_words() -> None:
    """What was said before the end comes with the error, also when it ends in the middle of a command."""
    with pytest.raises(UnreachableError, match="sorry"):
        Session(["sh", "-c", "echo sorry >&2; exit 255"]).run("true")
    session = Session(["sh", "-c", "sleep 0.3; echo gone >&2"])
    with pytest.raises(UnreachableError, match="gone"):
        session.run("true")
    assert not session.open


def test_secret_stands_in_no_argument_list(session: Session) -> None:
    """While a command with input runs, no process shows the input."""
    session.run("cat > /dev/null; sleep 2 &", stdin="word-that-nobody-sees")
    shown = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout  # noqa: S607 - the system's own
    assert "word-that-nobody-sees" not in shown
