"""How old a slip may be when it is given to a printer, on a clock that the test moves; what is given is collected.

The office, its log and the people are real; only the wire to the agent is not. Not here: agents (test_handover.py).
"""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hall_server import devices
from hall_server.counter_devices import CounterDevices
from hall_server.devices import REST, SETTLE, Agent, Devices
from hall_server.house import House
from hall_server.people import People
from queue_core import visitors
from queue_core.ticket import Ticket
from tests import halls
from tests.halls import FakeClock, take, wish

MINE: dict[str, Any] = {"name": "paper", "for": "kiosk-1", "kind": "printer"}
SPARE = MINE | {"name": "spare"}


class Bench:
    """A hall, and what it gives to one agent's printer."""

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        self.clock, self.given = clock, list[Any]()
        self.people = People(folder / "people.db")
        self.kiosk = self.people.add_device("kiosk-1", "kiosk")[0].id
        self.office = halls.office(folder, clock)
        self.begin()
        self.agent = Agent("d-agent", clock.now(), memory="journal", obeys=True)

    def restart(self) -> None:
        """The server ends and begins anew, on the same log."""
        self.office.log.close()
        self.office = halls.office(self.office.log.path.parent, self.clock)
        self.begin()

    def begin(self) -> None:
        """The server begins, and knows of no agent and no job."""
        self.house = House(self.office, self.people, b"secret")
        self._handlers = dict[str, Any]()
        wire: Any = SimpleNamespace(on_event=lambda name, handler, **_: self._handlers.update({name: handler}))
        wire.emit = self._emit
        live: Any = SimpleNamespace(wake=lambda: None, followed=lambda _: [self.kiosk])
        self.devices = Devices(wire, self.house, live, CounterDevices(wire, self.house, live))

    def _emit(self, event: str, news: Any, **_: Any) -> None:
        if event == "print":
            self.given.append(news)

    def comes(self, *printers: dict[str, Any]) -> None:
        """The agent is here, and its printers are well."""
        self.agent.printers, self.agent.since = printers or (MINE,), self.clock.now()
        self.devices._agents["sid"] = self.agent
        self.house.printers.named("d-agent", "sid", self.agent.printers, self.clock.now())
        for one in self.agent.printers:
            self.house.printers.told("d-agent", one["name"], "ok", "", self.clock.now())

    def says(self, event: str, **more: Any) -> Any:
        """What the agent tells over its line."""
        return self._handlers[event](more)

    def answers(self, outcome: str, **more: Any) -> Any:
        """What the agent tells of the slip that it was given last."""
        return self.says(outcome, job=self.given[-1]["job"], giving=self.given[-1]["giving"], **more)

    def take(self) -> Ticket:
        return take(self.office, device=self.kiosk)

    def came_of(self, ticket: Ticket) -> str:
        """What its holder is told now."""
        return self.devices.came_of(self.office.hall.tickets[ticket.id], self.clock.now())

    def round(self) -> list[str]:
        """The numbers on the slips that are given now."""
        self.given.clear()
        self.devices.give(self.office.hall)
        return [job["slip"]["number"] for job in self.given]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(devices, "_sid", lambda: "sid")
    opened = Bench(tmp_path, FakeClock())
    yield opened
    opened.office.log.close()


@pytest.mark.parametrize(("seconds", "given"), [(0, True), (56, True), (57, False), (60, False), (3600, False)])
def test_a_slip_is_given_only_so_long_that_it_leaves_within_a_minute_of_its_tap(
    bench: Bench, seconds: float, given: bool
) -> None:
    ticket = bench.take()
    bench.clock.passes(seconds=seconds)
    bench.comes()
    assert bench.round() == [ticket.number] * given


def test_a_job_says_how_long_it_may_yet_be_begun(bench: Bench) -> None:
    bench.take()
    bench.clock.passes(seconds=20)
    bench.comes()
    bench.round()
    assert bench.given[0]["fresh_s"] == 60 - 20 - 3
    assert bench.round() == [], "it is in hand"


def test_a_paper_change_hands_nobody_a_pile_of_stale_slips(bench: Bench) -> None:
    bench.comes()
    bench.house.printers.told("d-agent", "paper", "paper_out", "", bench.clock.now())
    for _ in range(40):
        bench.take()
        bench.clock.passes(seconds=15)
    bench.devices._agents.clear()
    bench.comes()
    assert len(bench.round()) == 3, "those of the last minute"
    bench.clock.passes(minutes=1)
    assert bench.round() == []


def test_a_printer_that_did_not_print_rests_until_it_says_that_it_is_ready(bench: Bench) -> None:
    bench.comes()
    ticket = bench.take()
    bench.round()
    bench.says("not_printed", **bench.given[0])
    assert bench.round() == []
    bench.says("status", device="paper", state="cover_open")
    assert bench.round() == []
    bench.says("status", device="paper", state="ok")
    assert bench.round() == [ticket.number]


def test_one_asked_for_comes_however_old_and_unmarked_if_none_was_given(bench: Bench) -> None:
    ticket = bench.take()
    bench.clock.passes(minutes=20)
    bench.comes()
    assert bench.round() == []
    live = bench.office.hall.tickets[ticket.id]
    assert bench.devices.maybe_out(live) is False
    bench.office.do(wish(visitors.ask_slip, live, maybe_out=False, device=bench.devices.whence(live)))
    assert bench.round() == [ticket.number]
    assert bench.given[0]["slip"]["copy_mark"] is None
    assert bench.devices.maybe_out(bench.office.hall.tickets[ticket.id]) is True


def test_a_kiosk_in_trouble_is_told_with_how_many_wait_without_a_slip(bench: Bench) -> None:
    bench.comes()
    for _ in range(3):
        bench.take()
    bench.devices._agents.clear()
    bench.devices.look(bench.office.hall)
    assert bench.house.printers.troubles == ()
    bench.clock.passes(minutes=1)
    bench.devices.look(bench.office.hall)
    (trouble,) = bench.house.printers.troubles
    assert (trouble.device, trouble.without) == (bench.kiosk, 3)


def test_a_slip_due_before_this_server_began_is_given_late_enough_to_be_told_and_marked(bench: Bench) -> None:
    ticket = bench.take()
    bench.clock.passes(seconds=5)
    bench.begin()
    bench.comes()
    assert bench.round() == [], "its agent may say first that it is out"
    bench.clock.passes(seconds=SETTLE.total_seconds())
    assert bench.round() == [ticket.number]
    assert bench.given[0]["slip"]["copy"] == 2


def test_a_slip_due_before_this_server_began_is_known_by_the_log_and_not_by_the_clock(bench: Bench) -> None:
    ticket = bench.take()
    bench.comes()
    assert bench.round() == [ticket.number]
    bench.restart()
    bench.comes()
    assert bench.devices.maybe_out(ticket)
    bench.clock.passes(seconds=SETTLE.total_seconds())
    assert bench.round() == [ticket.number], "no time went by, and yet it may be out"
    assert bench.given[0]["slip"]["copy"] == 2


def test_with_its_clock_set_back_a_server_gives_nothing_that_was_due_before(bench: Bench) -> None:
    ticket = bench.take()
    bench.comes()
    assert bench.round() == [ticket.number]
    bench.clock.passes(minutes=-30)
    bench.restart()
    bench.comes()
    bench.clock.passes(seconds=SETTLE.total_seconds())
    assert bench.office.doubt == "before"
    assert bench.round() == [], "nobody knows what time it is"
    bench.office.confirm_clock("manager")
    fresh = bench.take()
    assert bench.round() == [fresh.number]
    # Also when the clock comes to where it was, and the old slip seems to be new.
    bench.clock.passes(minutes=30)
    assert bench.round() == []
    assert bench.came_of(ticket) == "not_printed"
    assert bench.devices.maybe_out(ticket)


def test_a_slip_from_the_future_is_stale(bench: Bench) -> None:
    ticket = bench.take()
    bench.comes()
    bench.clock.passes(seconds=-5)
    assert bench.round() == []
    assert bench.came_of(ticket) == "not_printed"


# -- nobody knows whether it came out ------------------------------------------------------------------------------


def test_a_printer_of_whose_slip_nobody_knows_rests_before_it_is_given_the_copy(bench: Bench) -> None:
    ticket = bench.take()
    bench.comes()
    bench.round()
    bench.answers("unknown")
    # That it is ready again says nothing: so says one that breaks off each slip.
    bench.says("status", device="paper", state="ok", detail="")
    assert bench.round() == []
    bench.clock.passes(seconds=REST.total_seconds())
    assert bench.round() == [ticket.number]
    assert bench.given[0]["slip"]["copy"] == 2


def test_another_printer_is_given_the_copy_at_once(bench: Bench) -> None:
    ticket = bench.take()
    bench.comes(MINE, SPARE)
    bench.round()
    bench.answers("unknown")
    assert bench.round() == [ticket.number]
    assert (bench.given[0]["printer"], bench.given[0]["slip"]["copy"]) == ("spare", 2)


@pytest.mark.parametrize("asked", [False, True])
def test_two_copies_come_unasked_and_then_no_more(bench: Bench, asked: bool) -> None:
    ticket = bench.take()
    bench.comes()
    if asked:
        bench.clock.passes(minutes=5)
        ask(bench, ticket)
    given = []
    for _ in range(12):
        if bench.round():
            given.append(bench.given[0]["slip"]["copy"])
            bench.answers("unknown")
        bench.clock.passes(seconds=REST.total_seconds())
    assert given == [1, 2, 3]
    assert bench.came_of(ticket) == "unknown"
    live = bench.office.hall.tickets[ticket.id]
    assert live.slip_due, "it stands in reception's list"
    ask(bench, ticket)
    assert bench.round() == [ticket.number]
    assert bench.given[0]["slip"]["copy"] == 4


def ask(bench: Bench, ticket: Ticket) -> None:
    """Reception asks for the slip."""
    live = bench.office.hall.tickets[ticket.id]
    maybe_out, device = bench.devices.maybe_out(live), bench.devices.whence(live) or ticket.device
    bench.office.do(wish(visitors.ask_slip, live, maybe_out=maybe_out, device=device))


@pytest.mark.parametrize("restarted", [False, True])
def test_of_a_printer_that_cannot_confirm_the_kiosk_asks_instead(bench: Bench, restarted: bool) -> None:
    ticket = bench.take()
    blind = MINE | {"confirms": False}
    bench.comes(blind)
    bench.round()
    if restarted:
        bench.restart()
        bench.comes(blind)
    assert bench.answers("unknown") is True
    assert bench.came_of(ticket) == "sent"
    bench.clock.passes(seconds=REST.total_seconds())
    assert bench.round() == []


# -- a printer that can never set it -------------------------------------------------------------------------------


def test_what_a_printer_can_never_set_is_told_at_once_and_not_given_to_it_again(bench: Bench) -> None:
    ticket = bench.take()
    bench.comes()
    bench.round()
    bench.answers("not_printed", never=True)
    assert bench.came_of(ticket) == "not_printed"
    bench.says("status", device="paper", state="ok", detail="")
    bench.clock.passes(seconds=REST.total_seconds())
    assert bench.round() == []
    live = bench.office.hall.tickets[ticket.id]
    assert live.slip_due, "it stands in reception's list"
    fresh = bench.take()
    assert bench.round() == [fresh.number], "others it can"
    # Also where reception asks for it; until the agent was started anew, with a font more perhaps.
    ask(bench, ticket)
    assert bench.round() == []
    assert bench.came_of(ticket) == "not_printed"
    bench.says("hello", devices=[MINE], run="another", journal="journal")
    assert bench.round() == [ticket.number]
    assert bench.given[0]["slip"]["copy_mark"] is None


def test_what_one_printer_can_never_set_another_is_given_at_once(bench: Bench) -> None:
    ticket = bench.take()
    bench.comes(MINE, SPARE)
    bench.round()
    bench.answers("not_printed", never=True)
    assert bench.came_of(ticket) == "printing"
    assert bench.round() == [ticket.number]
    assert (bench.given[0]["printer"], bench.given[0]["slip"]["copy"]) == ("spare", 1)
    bench.answers("not_printed", never=True)
    assert bench.came_of(ticket) == "not_printed"


def test_it_is_told_at_once_though_the_other_printer_is_out(bench: Bench) -> None:
    ticket = bench.take()
    bench.comes(MINE, SPARE)
    bench.says("status", device="spare", state="paper_out", detail="")
    bench.round()
    bench.answers("not_printed", never=True)
    assert bench.came_of(ticket) == "not_printed"
    # That one may have its paper soon.
    assert bench.round() == [ticket.number]
    bench.says("status", device="spare", state="ok", detail="")
    assert bench.came_of(ticket) == "printing"
