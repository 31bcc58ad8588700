"""Days that a small hall has already had: made once through the real office, on the log of a data folder.

Not here: what is asked of them (test_desk_whatif.py, test_whatif_command.py).
"""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from queue_core import rehearsal
from queue_core.log import Log
from queue_core.plan import Plan
from queue_core.recorded import Recorded, SiteDay
from queue_core.stage import stage

COUNTERS = ("1", "2", "3")
PEOPLE = 60
FRIDAY = 4


def write(folder: Path, plan: Plan, opens_after: int = 1, days: int = 3) -> list[date]:
    """The same weekday of so many weeks, the last about a week ago; which days they are, the first first.

    It is a weekday on which the hall is open, whatever day it is today. People come from so many hours after the day's
    turning on.
    """
    worked = plan.service_day(datetime.now().astimezone())
    while worked.weekday() > FRIDAY:
        worked -= timedelta(days=1)
    dates = [worked - timedelta(weeks=n) for n in range(days, 0, -1)]
    log = Log(folder / "hall.db", "off")
    try:
        for day in dates:
            told = a_day(day, int(plan.day_begins[:2]), opens_after)
            rehearsal.play(told, stage(told, plan), log)
    finally:
        log.close()
    return dates


def a_day(day: date, begins: int, opens_after: int) -> SiteDay:
    """Sixty people within two hours at three counters, one after another at each."""
    chance = Random(str(day))
    opens = datetime.combine(day, time(begins)) + timedelta(hours=opens_after)
    comes = sorted(opens + timedelta(minutes=chance.uniform(0, 120)) for _ in range(PEOPLE))
    free = dict.fromkeys(COUNTERS, opens)
    return SiteDay("small", day, begins, tuple(_visit(n, at, free, chance) for n, at in enumerate(comes)))


def _visit(n: int, arrived: datetime, free: dict[str, datetime], chance: Random) -> Recorded:
    counter = min(free, key=lambda one: free[one])
    called = max(arrived, free[counter])
    finished = called + timedelta(minutes=chance.uniform(3, 9))
    free[counter] = finished + timedelta(seconds=chance.uniform(5, 20))
    service = chance.choice(("benefit", "card"))
    return Recorded(f"v{n}", "small", service, service, arrived, called, finished, counter=counter)
