"""Make what is told once, and leave no other behind."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from provider.http.lost_answer_error import LostAnswerError
from provider.http.waiting import WAITS

Told = TypeVar("Told")


def make_anew(
    remove_others: Callable[[Told | None], None], create: Callable[[], Told], *, waits: Sequence[float] = WAITS
) -> Told:
    """Return what *create* tells, after *remove_others* took away all of our name that nobody knows the secret of.

    What a lost answer may have left is removed before another one is made, and again afterwards: a server that shows
    its objects late may show it only then. The made one, when there is one, is given to *remove_others* to be kept.
    """
    for wait in (None, *waits):
        if wait is not None:
            time.sleep(wait)
        remove_others(None)
        try:
            told = create()
        except LostAnswerError as error:
            lost = error
            continue
        remove_others(told)
        return told
    raise lost
