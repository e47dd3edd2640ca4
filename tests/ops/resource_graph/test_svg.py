"""Families in, one picture out."""

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from ops.resource_graph.families import families, needs
from ops.resource_graph.resource_node import ResourceNode
from ops.resource_graph.svg import OPEN, svg

NAMESPACE = "{http://www.w3.org/2000/svg}"
STACK = "urn:pulumi:lab::factory::pulumi:pulumi:Stack::factory-lab"
Rectangle = tuple[float, float, float, float]


def _lab(applications: int) -> list[ResourceNode]:
    def node(kind: str, name: str, parent: str, *needed: str) -> ResourceNode:
        return ResourceNode(
            urn=f"urn:pulumi:lab::factory::{kind}::{name}",
            type=kind,
            parent=parent,
            needs=needed,
            protected=kind == "s:i:Db",
        )

    stack = ResourceNode(urn=STACK, type="pulumi:pulumi:Stack", parent="", needs=[], protected=False)
    server = node("lab:index:Server", "server", STACK)
    found = [stack, server]
    for number in range(applications):
        app = node("lab:index:App", f"app-{number}", STACK)
        found += [app, node("s:i:Role", f"app-{number}", app.urn, server.urn), node("s:i:Db", f"app-{number}", app.urn)]
    return found


def _drawn(nodes: list[ResourceNode]) -> ET.Element:
    return ET.fromstring(svg("lab", families(nodes), needs(nodes)))  # noqa: S314 - it was made here


def _boxes(picture: ET.Element, kind: str) -> Iterator[Rectangle]:
    for each in picture.iter(f"{NAMESPACE}rect"):
        if kind in each.attrib["class"].split():
            left, top = float(each.attrib["x"]), float(each.attrib["y"])
            yield left, top, left + float(each.attrib["width"]), top + float(each.attrib["height"])


def _meet(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_few_groups_show_every_resource() -> None:
    """A picture of three applications names each of their resources, and says what it is to who cannot see it."""
    picture = _drawn(_lab(3))

    texts = ["".join(each.itertext()) for each in picture.iter(f"{NAMESPACE}text")]
    assert texts.count("Role") == texts.count("Db") == 3
    assert "lab:index:App, 3 times" in texts
    assert "10 resources of the stack lab" not in texts
    assert next(picture.iter(f"{NAMESPACE}desc")).text is not None
    assert picture.attrib["role"] == "img"


def test_nothing_covers_anything_at_500_applications() -> None:
    """No two boxes meet, all stand inside the picture, and each still names its application."""
    picture = _drawn(_lab(500))

    boxes, frames = [*_boxes(picture, "group")], [*_boxes(picture, "family")]
    assert len(boxes) == 501 > OPEN
    assert not any(_meet(one, other) for one, other in itertools.combinations(boxes, 2))
    assert not any(_meet(one, other) for one, other in itertools.combinations(frames, 2))
    width, height = float(picture.attrib["width"]), float(picture.attrib["height"])
    assert all(right <= width and bottom <= height for _, _, right, bottom in [*boxes, *frames])
    assert width < 5000, "an application's name must stay readable"
    texts = {"".join(each.itertext()) for each in picture.iter(f"{NAMESPACE}text")}
    assert {f"app-{number}" for number in range(500)} <= texts


def test_names_cannot_become_markup() -> None:
    """A name with angle brackets and quotes is text."""
    evil = '"><script>alert(1)</script>'
    picture = _drawn([ResourceNode(urn=f"u::{evil}", type=f"a:b:{evil}", parent="", needs=[], protected=False)])

    assert not [*picture.iter(f"{NAMESPACE}script")]
