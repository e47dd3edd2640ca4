"""The verbs that change or look at a whole stack, by name."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from engine import actions
from engine.report import Outcome
from engine.run import Options
from engine.session import Action, Listener, Session

ACTIONS: Final[Mapping[str, Action]] = {
    "preview": actions.apply,
    "up": actions.apply,
    "refresh": actions.refresh,
    "destroy": actions.destroy,
}


def run_verb(  # noqa: PLR0913  # the parts of a command line
    folder: Path,
    stack: str,
    *,
    verb: str,
    options: Options,
    listener: Listener | None = None,
    skip_preview: bool = False,
) -> Outcome:
    """Run *verb*. `destroy` looks first and refuses as a whole when one resource is protected.

    Raises:
        ProjectError, PassphraseError, StateError, LockedError, PendingError: as `Session.execute`.

    """

    def once(given: Options) -> Outcome:
        session = Session(folder, stack, verb=verb, action=ACTIONS[verb], options=given, listener=listener)
        return session.execute()

    if verb == "destroy" and not skip_preview and not options.preview:
        look = once(dataclasses.replace(options, preview=True))
        if not look.succeeded:
            return look
    return once(options)
