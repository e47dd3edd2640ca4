"""Make what has a name, and never a second one."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from provider.factory_error import FactoryError
from provider.http.lost_answer_error import LostAnswerError
from provider.http.waiting import WAITS

Thing = TypeVar("Thing")


def make_once(
    find: Callable[[], Thing | None], create: Callable[[], object], *, server: str, waits: Sequence[float] = WAITS
) -> Thing:
    """Return what *find* finds, made by *create* when there is nothing; a lost answer is looked for, not repeated.

    Names are unique to us, not always to the *server*: to send a lost request again could make a second object.
    """
    for wait in (None, *waits):
        if wait is not None:
            time.sleep(wait)
        found = find()
        if found is not None:
            return found
        try:
            create()
        except LostAnswerError as error:
            lost = error
            continue
        found = find()
        if found is None:
            raise FactoryError(f"{server} has made an object, and does not show it")
        return found
    raise lost
