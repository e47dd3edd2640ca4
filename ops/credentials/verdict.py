"""The exit code that findings add up to."""

from collections.abc import Sequence

from ops.cli.exit_code import ExitCode
from ops.credentials.finding import LACKS, Finding, State


def verdict(findings: Sequence[Finding]) -> ExitCode:
    """Return "not so" when a credential is no good, else "lacking" when one is missing or cannot be asked about."""
    bad = {finding.state for finding in findings} - {State.OK}
    if not bad:
        return ExitCode.DONE
    return ExitCode.NOT_SO if bad - LACKS else ExitCode.LACKING
