"""The configuration that the stand-in for k3s reads."""

from ipaddress import IPv4Address
from pathlib import Path

import pytest

from hosts.k3s.files import render_agent, render_server
from hosts.k3s.node import Node
from rehearsal.k3s_program.server import refuse_several
from rehearsal.k3s_program.settings import read_settings

ADDRESS = IPv4Address("10.77.0.201")
FIRST = IPv4Address("10.77.0.202")
NODE = Node(name="pi1", address=ADDRESS, version="1.34.3+k3s1", balances=True)


def test_configuration_of_the_layers_is_read_as_it_is_meant(tmp_path: Path) -> None:
    """What a server and an agent are configured with arrives, lists and switches too."""
    (tmp_path / "config.yaml").write_text(render_server(NODE, names=["pi1.home"], servers=1, first=None))
    server = read_settings(tmp_path)
    (tmp_path / "config.yaml").write_text(render_agent(NODE, server=ADDRESS))
    agent = read_settings(tmp_path)

    assert (server.node, server.address) == ("pi1", "10.77.0.201")
    assert server.words("tls-san") == ["10.77.0.201", "pi1.home"]
    assert server.words("node-label") == ["svccontroller.k3s.cattle.io/enablelb=true"]
    assert server.switch("secrets-encryption")
    assert (server.text("server"), agent.text("server")) == (None, "https://10.77.0.201:6443")


def test_unknown_key_ends_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped key is refused by name, as k3s refuses it."""
    (tmp_path / "config.yaml").write_text("node-nmae: pi1\n")

    with pytest.raises(SystemExit):
        read_settings(tmp_path)
    assert "flag provided but not defined: -node-nmae" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("servers", "first", "wish"),
    [(3, None, "pi1 should begin with etcd"), (3, FIRST, "pi1 should join https://10.77.0.202:6443"), (1, None, None)],
    ids=["first of three", "another of three", "the only one"],
)
def test_one_of_several_servers_ends_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], servers: int, first: IPv4Address | None, wish: str | None
) -> None:
    """What the stand-in has not is said by name; a single server begins."""
    (tmp_path / "config.yaml").write_text(render_server(NODE, names=["pi1.home"], servers=servers, first=first))
    settings = read_settings(tmp_path)

    if wish is None:
        refuse_several(settings)
        return
    with pytest.raises(SystemExit):
        refuse_several(settings)
    assert f"{wish}: several servers need etcd, which this stand-in has not" in (capsys.readouterr().err)
