"""Building programs from Go modules."""

import subprocess
from pathlib import Path

import pytest

from rehearsal.go_module import BuildError, GoModule, built


def module(tools: Path, *, said: str = "hello") -> GoModule:
    """Return a module of one program that needs no other module, and that says what the linker was told."""
    folder = tools / "greeter"
    folder.mkdir(exist_ok=True)
    (folder / "go.mod").write_text("module example.test/greeter\n\ngo 1.21\n")
    (folder / "go.sum").touch()
    (folder / "main.go").write_text("package main\n\nvar said string\n\nfunc main() { print(said) }\n")
    return GoModule(
        name="greeter", programs={"greet": "example.test/greeter"}, linker=("-X", f"main.said={said}"), tools=tools
    )


def output(program: Path) -> str:
    """Return what the program says."""
    return subprocess.run([program], capture_output=True, text=True, check=True).stderr


def test_program_is_built_once(tmp_path: Path) -> None:
    """The second time nothing is built; another recipe of the same version is built anew."""
    program = built(module(tmp_path), folder=tmp_path / "cache" / "1.0") / "greet"
    assert output(program) == "hello"
    first = program.stat().st_ino
    built(module(tmp_path), folder=tmp_path / "cache" / "1.0")
    assert program.stat().st_ino == first
    built(module(tmp_path, said="bye"), folder=tmp_path / "cache" / "1.0")
    assert output(program) == "bye"


def test_program_that_cannot_be_built_is_told(tmp_path: Path) -> None:
    """What the compiler said is in the error, and no half-made part is left to be taken for one."""
    wrong = module(tmp_path)
    (tmp_path / "greeter" / "main.go").write_text("package main\n\nfunc main() { absent() }\n")
    with pytest.raises(BuildError, match="undefined: absent"):
        built(wrong, folder=tmp_path / "cache" / "1.0")
    assert not (tmp_path / "cache" / "1.0").exists()


def test_program_of_our_own_is_built_anew_when_it_changed(tmp_path: Path) -> None:
    """The source beside `go.mod` is part of the recipe, as what it needs is."""
    own = module(tmp_path)
    assert output(built(own, folder=tmp_path / "cache" / "1.0") / "greet") == "hello"
    source = tmp_path / "greeter" / "main.go"
    source.write_text(source.read_text().replace("print(said)", 'print(said, "!")'))
    assert output(built(own, folder=tmp_path / "cache" / "1.0") / "greet") == "hello!"
