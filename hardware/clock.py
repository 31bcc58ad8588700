"""A clock that does not stand still while the machine sleeps, for how old a slip or a press is. No wall clock here."""

import time


def ticks() -> float:
    """Seconds since some moment; on Linux also through suspend, unlike the monotonic clock."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)
