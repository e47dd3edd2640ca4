"""The faults that a double still has before it."""

import dataclasses

from rehearsal.doubles.fault import Fault
from rehearsal.doubles.request import Request


class FaultList:
    """Faults in the order in which they were told; not safe for threads by itself."""

    def __init__(self) -> None:
        """Begin without any."""
        self.waiting: list[Fault] = []

    def take(self, request: Request) -> Fault | None:
        """Return what is to happen to *request*: the first fault that fits it, once it has let enough pass."""
        for place, fault in enumerate(self.waiting):
            if not fault.fits(request):
                continue
            if fault.after:
                self.waiting[place] = dataclasses.replace(fault, after=fault.after - 1)
                return None
            if fault.times > 1:
                self.waiting[place] = dataclasses.replace(fault, times=fault.times - 1)
            else:
                del self.waiting[place]
            return fault
        return None
