"""Where packages come from."""

from pathlib import Path

import pytest

from rehearsal.machines.package_sources import NoMirrorError, package_sources

ONE_LINE = """
# deb http://old.example/debian bookworm main
deb http://mirror.example/debian bookworm main contrib
deb [arch=amd64 signed-by=/usr/share/keyrings/debian.gpg] http://security.example/debian-security bookworm-security main
deb-src http://sources.example/debian bookworm main
deb https://other.example/apt tool-bookworm main
"""

DEB822 = """Types: deb
# a line that is none
URIs: http://mirror.example/debian
Suites: bookworm
 bookworm-updates
Components: main

Types: deb
URIs: http://off.example/debian
Suites: bookworm-backports
Enabled: no

Types: deb deb-src
URIs: https://other.example/node
Suites: nodistro
"""


def test_one_line_style(tmp_path: Path) -> None:
    """Of `sources.list` the lines of the release count, with their options; other archives and sources do not."""
    (tmp_path / "sources.list").write_text(ONE_LINE)

    found = package_sources(tmp_path)

    assert found.hosts == ("mirror.example", "security.example")
    assert found.lines == (
        "deb http://mirror.example/debian bookworm main",
        "deb http://security.example/debian-security bookworm-security main",
    )


def test_deb822_style(tmp_path: Path) -> None:
    """Of `*.sources` the stanzas of the release count, with several suites; those switched off do not."""
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d/debian.sources").write_text(DEB822)

    found = package_sources(tmp_path)

    assert found.hosts == ("mirror.example",)
    assert found.lines == (
        "deb http://mirror.example/debian bookworm main",
        "deb http://mirror.example/debian bookworm-updates main",
    )


def test_no_mirror_of_the_release(tmp_path: Path) -> None:
    """A computer whose sources name no mirror of the release is refused in one sentence."""
    (tmp_path / "sources.list").write_text("deb http://mirror.example/debian trixie main\n")

    with pytest.raises(NoMirrorError, match=r"need a mirror of Debian bookworm, the sources of apt in .* name none$"):
        package_sources(tmp_path)
