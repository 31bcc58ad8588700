"""How old a slip may be when it is given to a printer, on a clock that the test moves; what is given is collected.

The office, its log and the people are real; only the wire to the agent is not. Not here: agents (test_handover.py).
"""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, request

from hall_server.counter_devices import CounterDevices
from hall_server.devices import SETTLE, Agent, Devices
from hall_server.house import House
from hall_server.people import People
from queue_core import visitors
from queue_core.office import Office
from queue_core.ticket import Ticket
from tests.halls import FakeClock, at_work, take, wish

MINE: dict[str, Any] = {"name": "paper", "for": "kiosk-1", "kind": "printer"}


class Bench:
    """A hall, and what it gives to one agent's printer."""

    def __init__(self, office: Office, clock: FakeClock, people: People) -> None:
        self.office, self.clock, self.given = office, clock, list[Any]()
        self.kiosk = people.add_device("kiosk-1", "kiosk")[0].id
        self.house = House(office, people, b"secret")
        self.begin()
        self.agent = Agent("d-agent", clock.now(), memory="journal", obeys=True)

    def begin(self) -> None:
        """The server begins, and knows of no agent and no job."""
        wire: Any = SimpleNamespace(on_event=lambda *_, **__: None, emit=self._emit)
        live: Any = SimpleNamespace(wake=lambda: None, followed=lambda _: [self.kiosk])
        self.devices = Devices(wire, self.house, live, CounterDevices(wire, self.house, live))

    def _emit(self, event: str, news: Any, **_: Any) -> None:
        if event == "print":
            self.given.append(news)

    def comes(self) -> None:
        """The agent is here, and its printer is well."""
        self.agent.printers, self.agent.since = (MINE,), self.clock.now()
        self.devices._agents["sid"] = self.agent
        self.house.printers.named("d-agent", "sid", [MINE], self.clock.now())
        self.house.printers.told("d-agent", "paper", "ok", "", self.clock.now())

    def says(self, answer: str, told: Any) -> None:
        """What the agent says, as if by its socket."""
        with Flask("the wire").test_request_context():
            request.sid = "sid"  # type: ignore[attr-defined]
            getattr(self.devices, f"_{answer}")(told)

    def take(self) -> Ticket:
        return take(self.office, device=self.kiosk)

    def round(self) -> list[str]:
        """The numbers on the slips that are given now."""
        self.given.clear()
        self.devices.give(self.office.hall)
        return [job["slip"]["number"] for job in self.given]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        yield Bench(office, clock, People(tmp_path / "people.db"))


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
    bench.says("not_printed", bench.given[0])
    assert bench.round() == []
    bench.says("status", {"device": "paper", "state": "cover_open"})
    assert bench.round() == []
    bench.says("status", {"device": "paper", "state": "ok"})
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
