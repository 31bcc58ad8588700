"""A recorded day's waits as they were told at arrival: from nothing known later, never absurd, written whole or not."""

import csv
import os
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from math import isfinite
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from queue_core.estimates import LONGEST_S
from queue_core.predict import OVERTAKEN, Prediction, happenings, predictions
from queue_core.recorded import Recorded, lines, read_day
from run import main

DAYS = Path(__file__).parent.parent.parent / "shared" / "days"
TRACES = ("warsaw_offices_2020_01_open", "bank_call_centre_1999_01")
MONDAY = datetime(2026, 3, 2, 8)


def came(n: int, minute: float, waits: float | None = 5, takes: float | None = 6, **more: object) -> Recorded:
    """A ticket of the sample site, its times in minutes after eight on Monday. None: it was never known."""
    arrived = MONDAY + timedelta(minutes=minute)
    called = None if waits is None else arrived + timedelta(minutes=waits)
    finished = None if called is None or takes is None else called + timedelta(minutes=takes)
    ticket = Recorded(f"{n:03d}", "Site", "Q", "S", arrived, called, finished, counter=str(n % 3) if called else None)
    return replace(ticket, **more)  # type: ignore[arg-type]


def office(days: int = 4, a_day: int = 60, seed: int = 1) -> list[Recorded]:
    """Days at two counters; the longer the queue the longer the wait, some leave, some were guessed, two queues."""
    chance, tickets = random.Random(seed), list[Recorded]()
    for day in range(days):
        free = [0.0, 0.0]
        for n in range(a_day):
            at = n * 5 + chance.uniform(0, 10)
            counter = min(range(2), key=free.__getitem__)
            called = max(at, free[counter])
            takes = chance.uniform(4, 14)
            ticket = came(len(tickets), day * 1440 + at, called - at, takes, counter=str(counter))
            ticket = replace(ticket, queue=chance.choice("QR"), estimated=n % 7 == 0)
            if n % 9 == 0:
                ticket = replace(ticket, abandoned=True, called=None, counter=None, estimated=False)
            else:
                free[counter] = called + takes
            tickets.append(ticket)
    return sorted(tickets, key=lambda ticket: ticket.arrived)


def told(tickets: Sequence[Recorded]) -> list[Prediction]:
    return list(predictions(tickets))


# -- nothing known later -------------------------------------------------------------------------------------------


def with_another_future(tickets: Sequence[Recorded], now: datetime, chance: random.Random) -> list[Recorded]:
    """The same until `now`, and everything else after it: who comes, who is called, how long it takes, who leaves."""
    known = [_from_now_on(ticket, now, chance) for ticket in tickets if ticket.arrived < now]
    later = [ticket for ticket in tickets if ticket.arrived >= now]
    moments = [ticket.arrived for ticket in later]
    chance.shuffle(moments)
    moved = [_moved(ticket, moment - ticket.arrived) for ticket, moment in zip(later, moments, strict=True)]
    return sorted([*known, *moved[: len(moved) // 2]], key=lambda ticket: ticket.arrived)


def _from_now_on(ticket: Recorded, now: datetime, chance: random.Random) -> Recorded:
    stopped = ticket.stopped_waiting
    later = now + timedelta(seconds=chance.randrange(7200))
    if stopped is None or stopped >= now:
        gone = chance.random() < 0.3
        done = later + timedelta(seconds=chance.randrange(1, 3600))
        others = {"abandoned": gone, "counter": str(chance.randrange(9)), "mended": False, "estimated": False}
        return replace(ticket, called=None if gone else later, finished=later if gone else done, **others)  # type: ignore[arg-type]
    if ticket.estimated:  # a guess at the finish was made from later calls: all of it is future
        return replace(ticket, finished=chance.choice([None, later]))
    if ticket.finished and ticket.finished >= now:
        # Whether one who was called stayed is seen only then.
        gone = ticket.abandoned if ticket.called is None else chance.random() < 0.3
        return replace(ticket, finished=later, abandoned=gone)
    return ticket


def _moved(ticket: Recorded, by: timedelta) -> Recorded:
    times = {name: getattr(ticket, name) for name in ("arrived", "called", "finished")}
    return replace(ticket, **{name: time and time + by for name, time in times.items()})  # type: ignore[arg-type]


def said_before(now: datetime, predicted: Sequence[Prediction]) -> list[tuple[str, ...]]:
    """To the bit: what was asked and promised too."""
    return [(*one.row(), repr(one.asked), repr(one.promised)) for one in predicted if one.ticket.arrived < now]


def some_moments(tickets: Sequence[Recorded], chance: random.Random, times: int) -> Iterator[datetime]:
    for _ in range(times):
        yield chance.choice(tickets).arrived + timedelta(seconds=chance.choice([0, 1, 600]))


def holds_whatever_comes(tickets: Sequence[Recorded], times: int) -> None:
    chance, as_it_was = random.Random(7), told(tickets)
    for now in some_moments(tickets, chance, times):
        changed = with_another_future(tickets, now, chance)
        assert changed != tickets
        assert said_before(now, told(changed)) == said_before(now, as_it_was)


def test_another_future_changes_nothing_that_was_told_before() -> None:
    holds_whatever_comes(office(), 25)


@pytest.mark.parametrize("trace", TRACES)
def test_another_future_changes_nothing_that_was_told_on_real_days(trace: str) -> None:
    file = DAYS / f"{trace}.csv.gz"
    if not file.exists():
        pytest.skip(f"{file.name} is not there: the recorded traces do not come with the project")
    tickets = read_day(lines(file.read_bytes(), file.name)[:12_000], file.name).tickets
    site = tickets[0].site
    holds_whatever_comes([ticket for ticket in tickets if ticket.site == site][:2000], 3)


def test_the_order_of_the_rows_in_the_file_does_not_matter() -> None:
    tickets = office()
    rows = [row.row() for row in told(tickets)]
    shuffled = sorted(random.Random(3).sample(tickets, len(tickets)), key=lambda ticket: ticket.arrived)
    assert sorted(row.row() for row in told(shuffled)) == sorted(rows)


def test_at_an_arrival_nothing_of_its_own_second_is_known() -> None:
    first, second = told([came(1, 0, 5), came(2, 5, 5)])
    assert (first.asked.ahead, second.asked.ahead) == (0, 1)


# -- never absurd --------------------------------------------------------------------------------------------------


def jumped(tickets: list[Recorded]) -> list[Recorded]:
    """The clock of the third day was set on by two days while people waited, and back afterwards."""
    on = timedelta(days=2)
    return [
        replace(ticket, called=ticket.called + on, finished=ticket.finished + on)
        if ticket.called and ticket.finished and n % 50 == 7
        else ticket
        for n, ticket in enumerate(tickets)
    ]


def nobody_called_on_day_two(tickets: list[Recorded]) -> list[Recorded]:
    day = (MONDAY + timedelta(days=1)).date()
    return [
        replace(ticket, called=None, finished=None, counter=None, abandoned=False)
        if ticket.arrived.date() == day
        else ticket
        for ticket in tickets
    ]


def one_ticket_a_week(tickets: list[Recorded]) -> list[Recorded]:
    return [*tickets, *(came(900 + n, n * 7 * 1440 + 300, 45, queue="Rare") for n in range(8))]


def numbers_that_restart(tickets: list[Recorded]) -> list[Recorded]:
    return [replace(ticket, id=str(n % 30)) for n, ticket in enumerate(tickets)]


def as_it_is(tickets: list[Recorded]) -> list[Recorded]:
    return tickets


def nothing_but_calls(tickets: list[Recorded]) -> list[Recorded]:
    return [replace(ticket, finished=None, counter=None) for ticket in tickets]


STRANGE: Sequence[Callable[[list[Recorded]], list[Recorded]]] = (
    as_it_is, jumped, nobody_called_on_day_two, one_ticket_a_week, numbers_that_restart, nothing_but_calls,
)  # fmt: skip


@pytest.mark.parametrize("strange", STRANGE)
def test_a_strange_record_gives_a_sensible_range_or_none(strange: Callable[[list[Recorded]], list[Recorded]]) -> None:
    tickets = sorted(strange(office()), key=lambda ticket: ticket.arrived)
    usual = max(ticket.waited_s or 0 for ticket in office())
    predicted = told(tickets)
    assert len(predicted) == len(tickets)
    for one in predicted:
        wait = one.promised and one.promised.wait
        if wait:
            assert 0 <= wait.low_s <= wait.likely_s <= wait.high_s <= LONGEST_S and isfinite(wait.high_s)
            assert wait.likely_s < 5 * usual
        assert all(float(number) >= 0 for number in one.row()[1:] if number)


def test_a_service_with_one_ticket_a_week_borrows_from_its_hall() -> None:
    (first, *_) = (one for one in told(one_ticket_a_week(office()[60:])) if one.ticket.queue == "Rare")
    assert first.promised is None, "nobody was called yet, anywhere"
    rare = [one for one in told(sorted(one_ticket_a_week(office()), key=lambda t: t.arrived))][-1]
    assert rare.ticket.queue == "Rare" and rare.promised


def test_the_first_are_told_a_guess_without_a_range() -> None:
    first, second, *_ = told([came(1, 0), came(2, 1)])
    assert first.row() == ("001", "0.0", "", "") and second.row() == ("002", "300.0", "", "")
    assert [one.promised for one in (first, second)] == [None, None]


def test_whoever_was_overtaken_by_many_has_gone() -> None:
    lost = came(0, 0, None)
    others = [came(n, n, 0.5) for n in range(1, OVERTAKEN + 2)]
    ahead = [one.asked.ahead for one in told([lost, *others])]
    assert ahead == [0, *[1] * OVERTAKEN, 0]


def test_nobody_waits_over_night() -> None:
    assert told([came(0, 0, None), came(1, 1440)])[1].asked.ahead == 0
    assert told([came(0, 15 * 60, None), came(1, 19 * 60)])[1].asked.ahead == 1, "the day turns at four"


def test_a_finish_that_is_a_guess_is_never_used() -> None:
    guesses = [replace(ticket, estimated=True) for ticket in office()]
    without = [replace(ticket, estimated=True, finished=None) for ticket in office() if not ticket.abandoned]
    assert not any(one.asked.forward_s for one in told(guesses))
    assert all(what != 3 for _, what, _, _ in happenings(without))
    assert any(one.asked.forward_s for one in told(office()))


# -- the command ---------------------------------------------------------------------------------------------------


HEADER = "id,site,queue,service,arrived,called,finished,abandoned\n"
ROW = '{0},X,"Q, the long",S,2026-03-02T08:{0:02d}:00,2026-03-02T08:{0:02d}:30,,0\n'


def predict(day: Path, out: Path) -> Result:
    return CliRunner().invoke(main, ["predict", "--day", str(day), "--out", str(out)])


def test_every_ticket_has_its_row(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text(HEADER + "".join(map(ROW.format, range(40))), "utf-8")
    said = predict(tmp_path / "day.csv", tmp_path / "waits.csv")
    assert said.exit_code == 0 and "40 tickets" in said.output
    with (tmp_path / "waits.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [str(n) for n in range(40)]
    assert list(rows[0]) == ["id", "predicted_wait_seconds", "low", "high"]
    assert all(0 <= float(row["low"]) <= float(row["predicted_wait_seconds"]) <= float(row["high"]) for row in rows[9:])
    assert sorted(file.name for file in tmp_path.iterdir()) == ["day.csv", "waits.csv"]


@pytest.mark.parametrize("text", ["", HEADER, "weather,wind\n1,2\n", HEADER + ROW.format(1).replace("T08:01:00", "T8")])
def test_a_file_that_cannot_be_used_is_one_sentence_and_nothing_is_written(tmp_path: Path, text: str) -> None:
    (tmp_path / "day.csv").write_text(text, "utf-8")
    (tmp_path / "waits.csv").write_text("of yesterday", "utf-8")
    said = predict(tmp_path / "day.csv", tmp_path / "waits.csv")
    assert said.exit_code == 1 and said.output.startswith("Error: day.csv") and "Traceback" not in said.output
    assert (tmp_path / "waits.csv").read_text("utf-8") == "of yesterday"
    assert len(list(tmp_path.iterdir())) == 2


def test_the_recorded_day_is_never_written_over(tmp_path: Path) -> None:
    day = tmp_path / "day.csv"
    day.write_text(HEADER + ROW.format(1), "utf-8")
    assert "the recorded day itself" in predict(day, day).output
    assert "there is no folder" in predict(day, tmp_path / "gone" / "waits.csv").output
    assert day.read_text("utf-8").startswith(HEADER)


def test_what_is_no_file_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    day, pipe, link = tmp_path / "day.csv", tmp_path / "pipe", tmp_path / "link.csv"
    day.write_text(HEADER + ROW.format(1), "utf-8")
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as threads:
        read = threads.submit(pipe.read_text, "utf-8")
        assert predict(day, pipe).exit_code == 0
        assert read.result(30).startswith("id,") and pipe.is_fifo()
    (tmp_path / "waits.csv").write_text("", "utf-8")
    link.symlink_to(tmp_path / "waits.csv")
    assert predict(day, link).exit_code == 0
    assert link.is_symlink() and (tmp_path / "waits.csv").read_text("utf-8").startswith("id,")
