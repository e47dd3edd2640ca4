"""The resolvers of the lab: what is rendered for them, and for who asks them."""

import json
import subprocess
from pathlib import Path

import pydantic
import pytest
import yaml

from hosts.layers.dns import Dns, render_compose
from hosts.layers.dns_shared_address import SharedAddress, render_keepalived, resolving
from hosts.layers.resolver import Resolver
from hosts.layers.resolver_file import MARK, render_resolver
from hosts.operations.compose_file import labelled_compose_file

SHARED = {
    "address": "192.0.2.10",
    "interface": "eth0",
    "own": "192.0.2.1",
    "other": "192.0.2.3",
    "priority": 150,
}
SETTINGS = {
    "image": "pihole:1",
    "upstreams": ["192.0.2.53", "192.0.2.54#5353"],
    "domain": "lab.test",
    "wildcard": "192.0.2.1",
    "records": {"gitea.lab.test": "192.0.2.2", "ca.lab.test": "192.0.2.1"},
    "data": "/mnt/data/pihole",
    "shared": SHARED,
}


def dns(**changed: object) -> Dns:
    """Return settings that differ from the example."""
    return Dns.model_validate_json(json.dumps({**SETTINGS, **changed}))


def service(dns: Dns) -> dict[str, dict[str, str]]:
    """Return the one service of the Compose file."""
    found: dict[str, dict[str, str]] = yaml.safe_load(render_compose(dns, files_label="x"))["services"]["pihole"]
    return found


def test_settings_reach_pihole_as_it_reads_them() -> None:
    """Lists are joined by semicolons, the wildcard goes by the one way that Pi-hole v6 reads, nothing is limited."""
    assert service(dns())["environment"] == {
        "FTLCONF_dns_listeningMode": "ALL",
        "FTLCONF_dns_upstreams": "192.0.2.53;192.0.2.54#5353",
        "FTLCONF_dns_hosts": "192.0.2.1 ca.lab.test;192.0.2.2 gitea.lab.test",
        "FTLCONF_dns_rateLimit_count": "0",
        "FTLCONF_dns_rateLimit_interval": "0",
        "FTLCONF_misc_dnsmasq_lines": "address=/lab.test/192.0.2.1;local=/lab.test/",
        "FTLCONF_webserver_port": "8081",
        "FTLCONF_ntp_ipv4_active": "false",
        "FTLCONF_ntp_ipv6_active": "false",
        "FTLCONF_ntp_sync_active": "false",
        "WEBPASSWORD_FILE": "web_password",
    }


def test_both_hosts_run_the_same() -> None:
    """Only the shared address differs between the two, and it is no part of the container."""
    other = {**SHARED, "own": "192.0.2.3", "other": "192.0.2.1", "priority": 100}
    assert render_compose(dns(), files_label="x") == render_compose(dns(shared=other), files_label="x")


def test_order_of_records_says_nothing() -> None:
    """The way to the host may lose the order of names; the container stays the same."""
    records = {"ca.lab.test": "192.0.2.1", "gitea.lab.test": "192.0.2.2"}
    assert render_compose(dns(records=records), files_label="x") == render_compose(dns(), files_label="x")


def test_compose_file_is_one_that_can_be_run() -> None:
    """The operation that runs it accepts it, health check and all."""
    _, services = labelled_compose_file(render_compose(dns(), files_label="x"), project="dns")
    assert [*services] == ["pihole"]


def test_address_is_shared_by_unicast() -> None:
    """Each host names itself and the other, and says whose the address is for as long as it holds it."""
    lines = [
        line.strip() for line in render_keepalived(SharedAddress.model_validate_json(json.dumps(SHARED))).split("\n")
    ]
    for expected in ("unicast_src_ip 192.0.2.1", "192.0.2.3", "192.0.2.10/24 dev eth0", "init_fail", "priority 150"):
        assert expected in lines
    assert "garp_master_refresh 1" in lines


@pytest.mark.parametrize(
    ("said", "resolved"),
    [
        ("192.0.2.2", True),
        ("", False),
        # dig writes this where the answer would stand.
        (";; communications error to 127.0.0.1#53: connection refused", False),
        ("other.name.\n192.0.2.2", True),
        ("other.name.", False),
    ],
)
def test_health_is_an_address(tmp_path: Path, said: str, *, resolved: bool) -> None:
    """Only an answer with an address counts: not that dig ended well, and not its complaints."""
    dig = tmp_path / "dig"
    dig.write_text(f"#!/bin/sh\ncat <<'END'\n{said}\nEND\n")
    dig.chmod(0o755)
    found = subprocess.run(
        ["/bin/sh", "-c", resolving("gitea.lab.test")], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=False
    )
    assert (found.returncode == 0) is resolved


def test_shared_address_is_asked_first() -> None:
    """The file begins with the mark by which the layer base knows it, and waits a second for each."""
    resolver = Resolver.model_validate_json(json.dumps({"servers": ["192.0.2.10", "192.0.2.3"], "probe": "a.lab.test"}))
    assert render_resolver(resolver.servers) == (
        f"{MARK}\nnameserver 192.0.2.10\nnameserver 192.0.2.3\noptions timeout:1 attempts:2\n"
    )


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"upstreams": []}, "upstreams"),
        ({"upstreams": ["1.1.1.1;strict-order"]}, "upstreams.0"),
        ({"records": {"gitea.lab.test\nserver": "192.0.2.2"}}, "records"),
        ({"wildcard": "192.0.2"}, "wildcard"),
        ({"data": "/mnt/$HOME"}, "data"),
        ({"shared": {**SHARED, "priority": 255}}, "shared.priority"),
    ],
)
def test_value_that_would_become_another_setting_is_refused(changed: dict[str, object], path: str) -> None:
    """A value with a separator of the place where it goes, or outside its range, is refused with its path."""
    with pytest.raises(pydantic.ValidationError) as error:
        dns(**changed)
    assert ".".join(map(str, error.value.errors()[0]["loc"])).startswith(path)


def test_single_resolver_is_refused() -> None:
    """A host that knew only the shared address would be without names while it moves."""
    with pytest.raises(pydantic.ValidationError, match="servers"):
        Resolver.model_validate_json(json.dumps({"servers": ["192.0.2.10"], "probe": "a.lab.test"}))
