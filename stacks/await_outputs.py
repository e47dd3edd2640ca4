"""Wait for everything that the program declared, together."""

import asyncio

from pulumi.runtime.settings import SETTINGS


async def await_outputs() -> None:
    """Return when every output is known, or one has failed.

    The SDK waits for the same outputs afterwards, but for the first of all again and again, which costs the square of
    their number. It also reports the failures: a failed output stays among those that it looks at.
    """
    while pending := _pending():
        done, _ = await asyncio.wait(pending, return_when=asyncio.FIRST_EXCEPTION)
        if any(output.cancelled() or output.exception() is not None for output in done):
            return


def _pending() -> list[asyncio.Task[object]]:
    with SETTINGS.lock:
        return [output for output in SETTINGS.outputs if not output.done()]
