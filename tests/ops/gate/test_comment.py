"""The comment with a plan, as text."""

import html.parser
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.gate.comment import LIMIT, comment, marker
from ops.gate.keyed_hash import KeyedHash
from ops.gate.literal import literal
from ops.gate.plan import Plan, PlannedStep
from ops.gate.refused_error import RefusedError
from ops.gate.seal import reviewed_digest, sealed
from tests.ops.gate.step_of import step_of

DATABASE = "postgresql:index/database:Database"
HASHES = KeyedHash(b"a key of nothing")


def _plan(steps: list[PlannedStep]) -> Plan:
    return Plan(
        project="factory", stack="postgres", engine="embedded 1", review="org/repository#1", digest="g1-0", parts={},
        steps=steps, counts={"create": len(steps), "same": 3}, pending=[], faults=[], seconds=1.5,
    )  # fmt: skip


class _Tags(html.parser.HTMLParser):
    """Tags and characters of a text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(max_size=150))
def test_names_are_nothing_but_text(name: str) -> None:
    """Whatever stands in a name, there is one tag, no character of Markdown, and what can be read stays readable."""
    found = literal(name)
    inside = found.removeprefix("<code>").removesuffix("</code>")
    reader = _Tags()
    reader.feed(found)
    reader.close()

    assert reader.tags == ["code"]
    assert re.fullmatch(r"(?:[A-Za-z0-9 -]|&#[0-9]+;)*", inside)
    assert reader.text == "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in name)


@given(st.text(min_size=1, max_size=60))
def test_a_name_gives_no_line_of_its_own(name: str) -> None:
    """The number of lines of a comment does not depend on names and values."""
    plain = comment(_plan([step_of("create", DATABASE, "erp", changes={"name": (None, "erp")})]), against=())
    other = comment(_plan([step_of("create", DATABASE, name, changes={name: (None, name)})]), against=())

    assert len(other.split("\n")) == len(plain.split("\n"))
    assert other.count("<!--") == plain.count("<!--")


def test_dangerous_steps_first() -> None:
    """What ends data stands before what ends something, more rights before what is neither."""
    steps = [
        step_of("create", DATABASE, "a"),
        step_of("update", "vault:jwt/authBackendRole:AuthBackendRole", "b", changes={"tokenPolicies": (["x"], ["y"])}),
        step_of("delete", "vault:index/policy:Policy", "c"),
        step_of("delete", DATABASE, "d"),
    ]

    text = comment(_plan(steps), against=())

    places = [text.index(f"<code>{name}</code>") for name in "dcba"]
    assert places == sorted(places)
    assert "**ends data** delete" in text
    assert "**4 to create**; 3 unchanged." in text


def test_five_hundred_applications() -> None:
    """A plan of thousands of steps stays within the limit, keeps what ends data, and leads to the run."""
    steps = [
        step_of("create", DATABASE, f"app-{number}", changes={"name": (None, "x" * 300), "owner": (None, "y" * 300)})
        for number in range(3000)
    ]

    text = sealed(
        comment(_plan([*steps, step_of("delete", DATABASE, "last")]), against=(), run="https://forge.test/run/7"),
        review="org/repository#1", hashes=HASHES,
    )  # fmt: skip

    assert len(text) <= LIMIT
    assert "<code>last</code>" in text
    assert re.search(r"… \d+ more steps, less important than these: \[all of them\]\(https://forge.test/run/7\)", text)
    assert "<!-- factory:digest g1-0 -->" in text


def test_a_seal_fits_one_text_on_one_request() -> None:
    """The digest is read from the text that was sealed, for the same request; line ends of a browser do no harm."""
    text = sealed(comment(_plan([]), against=()), review="org/repository#1", hashes=HASHES)

    assert text.startswith(marker("postgres"))
    assert reviewed_digest(text.replace("\n", "\r\n"), review="org/repository#1", hashes=HASHES) == "g1-0"
    for changed, review in ((text.replace("3 unchanged", "4 unchanged"), 1), (text, 2), (f"{text}\nMore", 1)):
        with pytest.raises(RefusedError, match="was edited, or is of another pull request"):
            reviewed_digest(changed, review=f"org/repository#{review}", hashes=HASHES)
