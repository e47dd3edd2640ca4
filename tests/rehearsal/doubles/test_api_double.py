"""What all doubles do alike: requests are kept, and faults come as they are told."""

import time
from collections.abc import Iterator

import httpx
import pytest

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.fault import Fault, Kind
from rehearsal.doubles.request import Request
from tests.rehearsal.doubles.notes_double import NotesDouble


@pytest.fixture
def double() -> Iterator[NotesDouble]:
    """Run a double with one note."""
    with NotesDouble() as double:
        double.state["old"] = "one"
        yield double


@pytest.fixture
def client(double: NotesDouble) -> Iterator[httpx.Client]:
    """Ask it."""
    with httpx.Client(base_url=double.address, trust_env=False, timeout=5) as client:
        yield client


def test_request_is_answered_and_kept(double: NotesDouble, client: httpx.Client) -> None:
    """What was sent arrives whole: method, path, query, headers and content."""
    answer = client.put("/notes/a%20b%2Fc", params={"x": "1"}, headers={"Authorization": "Bearer t"}, content=b"two")

    assert answer.json() == {"name": "a b/c", "text": "two", "x": "1"}
    request = double.requests[-1]
    assert (request.method, request.path, request.body) == ("PUT", "/notes/a%20b%2Fc", b"two")
    assert (request.segments, request.bearer) == (("notes", "a b/c"), "t")
    assert double.sent("PUT", "/notes/.*") == 1
    assert double.sent("GET", ".*") == 0


def test_connection_is_kept(double: NotesDouble, client: httpx.Client) -> None:
    """Answers of every sort leave the connection in order, also without content and to HEAD."""
    statuses = [client.request(method, path).status_code for method, path in (
        ("HEAD", "/notes/old"), ("GET", "/notes"), ("GET", "/notes/none"), ("DELETE", "/notes/old"), ("GET", "/notes"),
    )]  # fmt: skip

    assert statuses == [200, 200, 404, 204, 200]
    assert double.state == {}


def test_too_many_requests(double: NotesDouble, client: httpx.Client) -> None:
    """A fault is done as often as it was told, and what it refuses is not done."""
    double.fault(Fault(kind="too many requests", method="PUT", times=2, retry_after="3"))

    answers = [client.put("/notes/new", content=b"x") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "3"
    assert double.faults == []


@pytest.mark.parametrize(
    ("kind", "is_done"),
    [("fail before", False), ("fail after", True), ("cut before", False), ("cut after", True)],
)
def test_failure_and_cut(double: NotesDouble, client: httpx.Client, kind: Kind, *, is_done: bool) -> None:
    """Before or after the work: who asks cannot tell the two apart."""
    double.fault(Fault(kind=kind, method="PUT", path="/notes/new", status=502))

    if kind.startswith("cut"):
        with pytest.raises(httpx.RemoteProtocolError):
            client.put("/notes/new", content=b"x")
    else:
        assert client.put("/notes/new", content=b"x").status_code == 502

    assert ("new" in double.state) is is_done
    assert client.get("/notes/old").status_code == 200


def test_slow_answer(double: NotesDouble, client: httpx.Client) -> None:
    """The work is done at once, only the answer comes late; others are answered meanwhile."""
    double.fault(Fault(kind="slow", method="PUT", seconds=0.5))
    begin = time.monotonic()

    with pytest.raises(httpx.ReadTimeout):
        client.put("/notes/new", content=b"x", timeout=0.1)

    assert client.get("/notes/new").status_code == 200
    assert time.monotonic() - begin >= 0.1


def test_stale_reads(double: NotesDouble, client: httpx.Client) -> None:
    """What was just made is not shown to the next questions of one sort, and to others at once."""
    double.fault(Fault(kind="stale reads", method="PUT", reads=2, read_path="/notes"))

    assert client.put("/notes/new", content=b"x").status_code == 200

    assert client.get("/notes/new").status_code == 200
    assert [client.get("/notes").json() for _ in range(3)] == [["old"], ["old"], ["old", "new"]]


def test_stale_read_of_what_is_gone(double: NotesDouble, client: httpx.Client) -> None:
    """What was just removed is still shown, until it is not."""
    double.fault(Fault(kind="stale reads", method="DELETE"))

    client.delete("/notes/old")

    assert [client.get("/notes/old").status_code for _ in range(2)] == [200, 404]


def test_lost_and_shown_late(double: NotesDouble, client: httpx.Client) -> None:
    """Both at once: the answer is lost, and the first look does not find what was made."""
    double.fault(Fault(kind="cut after", method="PUT", reads=1))

    with pytest.raises(httpx.RemoteProtocolError):
        client.put("/notes/new", content=b"x")

    assert [client.get("/notes/new").status_code for _ in range(2)] == [404, 200]


def test_fault_after_some(double: NotesDouble, client: httpx.Client) -> None:
    """A fault can let some requests of its sort pass first; others do not count."""
    double.fault(Fault(kind="fail before", path="/notes/old", after=1))

    statuses = [client.get(f"/notes/{name}").status_code for name in ("old", "none", "old", "old")]

    assert statuses == [200, 404, 500, 200]


def test_double_that_fails_is_told() -> None:
    """A fault of the double itself is no fault of the API: whoever used the double is told."""

    class Broken(NotesDouble):
        """Knows no answer."""

        def answer(self, request: Request, state: dict[str, str]) -> Answer:
            """Fail."""
            raise KeyError(request.path, [*state])

    with pytest.raises(KeyError, match="/notes"), Broken() as double:
        assert httpx.get(f"{double.address}/notes", trust_env=False).status_code == 500
