"""Names of default providers."""

import pytest

from engine.registry import default_name


@pytest.mark.parametrize(
    ("version", "url", "name"),
    [
        ("", "", "default"),
        ("3.18.2", "", "default_3_18_2"),
        ("1.0.0-alpha.1+build", "", "default_1_0_0_alpha_1_build"),
        ("1.0.0", "https://example.com/a b", "default_1_0_0_https_/example.com/a_b"),
        ("", "https://exämple.com", "default_https_/ex__mple.com"),
        ("", "/", "default__"),
        ("", "github://api.github.com/9lives", "default_github_/api.github.com/_lives"),
    ],
)
def test_default_name(version: str, url: str, name: str) -> None:
    """The name of a package's default provider carries its version and its source."""
    assert default_name(version, url) == name
