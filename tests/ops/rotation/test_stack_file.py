"""The one line of a stack file that holds the numbers."""

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops.rotation.numbers import Numbers
from ops.rotation.stack_file import StackFile
from provider.factory_error import FactoryError

BEFORE = b"# caf\xc3\xa9 \xff\r\nconfig:\n  pulumi:disable-default-providers:\n    - '*'\n"
AFTER = b"   # renewed by ./factory rotate\r\n  factory:settings: {org:   x}\n\n\nencryptionsalt: v1:abc"
LINE = b"""  factory:generations: '{"other": {"current": 4, "kept": [3]}}'"""


def _file(folder: Path, line: bytes = LINE) -> StackFile:
    path = folder / "Pulumi.main.yaml"
    path.write_bytes(BEFORE + line + AFTER)
    return StackFile(path)


def test_only_the_line_changes(tmp_path: Path) -> None:
    """Every other byte stays, also odd line ends, unreadable letters and a comment behind the value."""
    file = _file(tmp_path)

    file.write("bucket", Numbers(current=2, kept=(1,)), expected=Numbers())

    expected = (
        b"""  factory:generations: '{"other": {"current": 4, "kept": [3]}, "bucket": {"current": 2, "kept": [1]}}'"""
    )
    assert file.file.read_bytes() == BEFORE + expected + AFTER
    assert file.numbers("bucket") == Numbers(current=2, kept=(1,))
    assert file.numbers("other") == Numbers(current=4, kept=(3,))
    assert file.numbers("unheard-of") == Numbers()
    assert file.names() == ["other", "bucket"]


@settings(max_examples=50)
@given(
    before=st.binary(max_size=60).filter(lambda noise: b"generations" not in noise),
    after=st.binary(max_size=60).filter(lambda noise: b"generations" not in noise),
)
def test_whatever_stands_around_it_stays(tmp_path_factory: pytest.TempPathFactory, before: bytes, after: bytes) -> None:
    """The rest of the file is not even read as text."""
    file = StackFile(tmp_path_factory.mktemp("file") / "Pulumi.main.yaml")
    file.file.write_bytes(before + b"\n  factory:generations: '{}'\n" + after)

    file.write("bucket", Numbers(current=2), expected=Numbers())

    line = b"""\n  factory:generations: '{"bucket": {"current": 2, "kept": []}}'\n"""
    assert file.file.read_bytes() == before + line + after


def test_the_mode_stays_and_nothing_else_is_left(tmp_path: Path) -> None:
    """The new file may be read by whom the old one could, and no other file is left beside it."""
    file = _file(tmp_path)
    file.file.chmod(0o640)

    file.write("bucket", Numbers(current=2), expected=Numbers())

    assert stat.S_IMODE(file.file.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [file.file]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file that a link leads to is changed."""
    file = _file(tmp_path)
    link = tmp_path / "link.yaml"
    link.symlink_to(file.file)

    StackFile(link).write("bucket", Numbers(current=2), expected=Numbers())

    assert link.is_symlink()
    assert file.numbers("bucket") == Numbers(current=2)


def test_a_change_by_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    """What is written must follow from what is there."""
    file = _file(tmp_path)
    content = file.file.read_bytes()

    with pytest.raises(FactoryError, match="other has been changed meanwhile") as refused:
        file.write("other", Numbers(current=5), expected=Numbers(current=4))

    assert 'expected {"current": 4, "kept": []}, found {"current": 4, "kept": [3]}' in str(refused.value)
    assert file.file.read_bytes() == content


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"", "expected one line factory:generations: '{}' under config, with the numbers in quotes, found 0"),
        (LINE + b"\n" + LINE, "with the numbers in quotes, found 2"),
        (b"  factory:generations: {}", "with the numbers in quotes, found 0"),
        (b"  factory:generations:\n    a: {current: 2}", "with the numbers in quotes, found 0"),
        (b"factory:generations: '{}'", "with the numbers in quotes, found 0"),
        (b"  factory:generations: '[]'", "expected one JSON object in quotes as in factory:generations: '{}'"),
        (b"  factory:generations: 'x'", "expected one JSON object in quotes as in factory:generations: '{}'"),
        (b"""  factory:generations: '{"bucket": 2}'""", "bucket: expected different numbers from 1 on"),
    ],
)  # fmt: skip
def test_a_line_that_is_not_one_is_refused(tmp_path: Path, line: bytes, said: str) -> None:
    """Nothing is guessed: the line is there as it is written, or the file and what was expected are named."""
    file = _file(tmp_path, line)

    with pytest.raises(FactoryError) as refused:
        file.numbers("bucket")

    assert said in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A stack without a file cannot be renewed."""
    with pytest.raises(FactoryError, match=r"Pulumi\.none\.yaml: cannot be read: No such file or directory"):
        StackFile(tmp_path / "Pulumi.none.yaml").numbers("bucket")
