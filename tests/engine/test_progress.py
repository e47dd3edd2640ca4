"""Passing lines of a provider are shown and forgotten; lasting ones are kept."""

import pytest
from pulumi.runtime.proto import engine_pb2

from engine.monitor import EngineLog
from engine.registry import Registry
from engine.run import PROGRESS, Diagnostic, Options, Record, Run


@pytest.mark.parametrize(("ephemeral", "kept"), [(True, 0), (False, 1)], ids=["passing", "lasting"])
def test_lines_of_a_provider(ephemeral: bool, kept: int) -> None:  # noqa: FBT001 - a case
    """Either line reaches who watches; only the lasting one is in the outcome."""
    shown: list[Record | Diagnostic] = []
    run = Run(Options(), registry=Registry.__new__(Registry), snapshot=None, listener=shown.append)
    urn = "urn:pulumi:stack::factory::factory:hosts:Layer::pi1-base"
    EngineLog(run).Log(engine_pb2.LogRequest(severity=engine_pb2.INFO, message="3/20", urn=urn, ephemeral=ephemeral))
    assert shown == [Diagnostic(severity=PROGRESS if ephemeral else "info", urn=urn, message="3/20")]
    assert len(run.diagnostics) == kept
