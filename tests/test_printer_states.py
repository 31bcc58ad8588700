"""How a printer is taken, as values, and who is told of it. Not here: jobs (test_agent.py), screens (the walks)."""

from datetime import timedelta
from typing import Any

import pytest

from hall_server.people import Member
from hall_server.printers import GRACE, Printers, shown, worth_telling
from manager_desk.now import agents
from tests.halls import Day, FakeClock

AGENT, LINE, OTHER_LINE = "d-agent", "sid-1", "sid-2"
MINE: dict[str, Any] = {"name": "paper", "for": "kiosk-1"}
ALL: dict[str, Any] = {"name": "spare", "for": "*"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def at_work(clock: FakeClock, *named: dict[str, Any]) -> Printers:
    printers = Printers()
    printers.named(AGENT, LINE, named or (MINE,), clock.now())
    return printers


def taken(printers: Printers, clock: FakeClock, kiosk: str = "kiosk-1") -> str:
    return shown(printers.of(kiosk, clock.now()), clock.now(), clock.now())


@pytest.mark.parametrize(
    ("told", "is_shown", "is_told"),
    [
        ("ok", "ok", False),
        ("paper_low", "low", True),
        ("paper_out", "out", True),
        ("cover_open", "offline", True),
        ("offline", "offline", True),
        ("unknown", "unknown", True),
    ],
)
def test_what_an_agent_tells_is_what_the_kiosk_shows(clock: FakeClock, told: str, is_shown: str, is_told: bool) -> None:
    printers = at_work(clock)
    before = printers.rev
    printers.told(AGENT, "paper", told, "", clock.now())
    assert taken(printers, clock) == is_shown
    assert printers.rev == before + 1
    assert bool(worth_telling(printers.of("kiosk-1", clock.now()), clock.now(), clock.now())) is is_told


def test_a_state_told_twice_is_no_news_and_keeps_its_beginning(clock: FakeClock) -> None:
    printers = at_work(clock)
    printers.told(AGENT, "paper", "paper_out", "the paper is out", clock.now())
    began, before = clock.now(), printers.rev
    clock.passes(minutes=5)
    printers.told(AGENT, "paper", "paper_out", "the paper is out", clock.now())
    assert printers.rev == before
    assert worth_telling(printers.of("kiosk-1", clock.now()), clock.now(), clock.now()) == ("paper_out", began)


def test_without_a_word_nobody_is_told_before_ten_seconds(clock: FakeClock) -> None:
    begun, printers = clock.now(), Printers()
    assert shown(printers.of("kiosk-1", clock.now()), begun, clock.now()) == "ok"
    clock.passes(seconds=GRACE.seconds)
    assert shown(printers.of("kiosk-1", clock.now()), begun, clock.now()) == "unknown"
    assert worth_telling(None, begun, clock.now()) == ("unknown", begun)


def test_an_agent_that_blinks_changes_nothing_and_one_that_stays_away_leaves_its_printer_unknown(
    clock: FakeClock,
) -> None:
    printers = at_work(clock)
    printers.told(AGENT, "paper", "ok", "", clock.now())
    printers.gone(LINE, clock.now())
    lost = clock.now()
    clock.passes(seconds=GRACE.seconds - 1)
    assert taken(printers, clock) == "ok"
    clock.passes(seconds=1 + GRACE.seconds)
    assert taken(printers, clock) == "unknown"
    assert worth_telling(printers.of("kiosk-1", clock.now()), lost, clock.now()) == ("unknown", lost)
    # It is back, and tells how its printer is.
    printers.named(AGENT, OTHER_LINE, (MINE,), clock.now())
    printers.told(AGENT, "paper", "ok", "", clock.now())
    assert taken(printers, clock) == "ok"
    # The old line ends late: the agent has another one meanwhile.
    printers.gone(LINE, clock.now())
    clock.passes(minutes=1)
    assert taken(printers, clock) == "ok"


def test_a_kiosk_has_its_own_printer_before_the_one_for_all(clock: FakeClock) -> None:
    printers = at_work(clock, ALL, MINE)
    printers.told(AGENT, "paper", "paper_out", "", clock.now())
    printers.told(AGENT, "spare", "ok", "", clock.now())
    assert (taken(printers, clock), taken(printers, clock, "kiosk-2")) == ("out", "ok")
    printers.named(AGENT, LINE, (ALL,), clock.now())
    assert taken(printers, clock) == "ok", "a printer that is named no more prints no more"


def test_what_an_agent_says_of_others_is_not_heard(clock: FakeClock) -> None:
    printers = at_work(clock)
    printers.told(AGENT, "elsewhere", "paper_out", "", clock.now())
    printers.told("d-other", "paper", "paper_out", "", clock.now())
    printers.told(AGENT, "paper", "on fire", "", clock.now())
    clock.passes(seconds=GRACE.seconds)
    assert taken(printers, clock) == "unknown"
    assert clock.now() - timedelta(seconds=GRACE.seconds) == printers.of("kiosk-1", clock.now()).since  # type: ignore[union-attr]


def test_a_device_keeps_its_name_whatever_stands_in_it(clock: FakeClock) -> None:
    same: list[dict[str, Any]] = [
        {"name": "kiosk/1", "for": "kiosk-1", "kind": "printer"},
        {"name": "1", "for": "*", "kind": "printer"},
        {"name": "display/1", "for": "kiosk-2", "kind": "printer"},
        {"name": "1", "counter": "1", "kind": "display"},
        {"name": "kiosk/1", "counter": "2", "kind": "keypad"},
    ]
    printers = at_work(clock, *same)
    printers.told(AGENT, "kiosk/1", "paper_out", "", clock.now())
    known = printers.known(clock.now())
    assert [(one.kind, one.name) for one in known] == [(told["kind"], told["name"]) for told in same]
    assert len({one.key for one in known}) == len(same)
    assert {one.agent for one in known} == {AGENT}
    assert taken(printers, clock) == "out"
    assert printers.of("kiosk-2", clock.now()).state == "unknown"  # type: ignore[union-attr]


def test_of_a_lost_agents_device_the_desk_is_told_at_once_that_nobody_knows(clock: FakeClock) -> None:
    printers = Printers()
    printers.named("a", "line", [{"name": "paper", "kind": "printer", "for": "*"}], clock.now())
    printers.told("a", "paper", "ok", "all is well", clock.now())
    clock.passes(minutes=9)
    lost = clock.now()
    printers.gone("line", lost)
    (told,) = agents(Day().hall, [Member("a", "agent-1", "agent")], printers.known(lost))
    (paper,) = told["devices"]
    assert (told["here"], paper["state"], paper["detail"]) == (False, "unknown", "")
    assert paper["since"] == told["since"] == lost.isoformat(timespec="milliseconds")
