"""Several printers, over a real server: who prints a slip when one cannot, and that nobody gets two unmarked ones.

Agents without a printer stand for real ones, so that each moment can be chosen. Not here: printers (test_printers.py),
a real agent that is killed (test_journal.py, test_every_step.py).
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hall_server import devices, printers, slip_news
from hall_server.people import People
from hall_server.slip_news import FRESH, came_of
from queue_core import visitors
from tests.halls import Day
from tests.serving import Agent, Hall, Listener, new_hall


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with new_hall(tmp_path_factory.mktemp("handover") / "data", "eventlet") as opened:
        yield opened


@pytest.fixture(scope="module")
def second_key(hall: Hall) -> str:
    return People(hall.folder / "people.db").add_device("agent-2", "agent")[1]


@pytest.fixture(autouse=True)
def nobody_waits_afterwards(hall: Hall) -> Iterator[None]:
    yield
    hall.kiosk.give_back()


def settled(hall: Hall, *agents: Agent) -> None:
    """Whatever these agents said before is known to the hall: each is given a slip, in the order in which it asks."""
    for agent in agents:
        ticket = hall.kiosk.take()
        job = agent.until(lambda job: job["slip"]["number"] == ticket["number"], "print")  # noqa: B023
        agent.answer("printed", job)
        hall.kiosk.delete(f"/api/v1/tickets/{ticket['token']}")


def state(hall: Hall, device: str, wanted: str) -> None:
    """The desk knows that this device is so."""
    with Listener(hall.url, "/desk", cookie=hall.manager.cookie) as desk:
        desk.until(lambda news: any((one["name"], one["state"]) == (device, wanted) for one in told_of(news)))


def told_of(news: Any) -> list[Any]:
    return [one for agent in news["hall"]["agents"] for one in agent["devices"]]


# -- one that cannot print -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("why", ["paper_out", "cover_open", "offline", "unknown"])
def test_a_printer_that_cannot_print_hands_over_to_one_that_can(hall: Hall, why: str) -> None:
    with hall.agent(prints_for="kiosk-1", spare="*") as agent:
        agent.is_now("ok", "spare")
        agent.is_now("ok")
        state(hall, "paper", "ok")
        first = hall.kiosk.take()
        assert agent.job(first["number"])["printer"] == "paper"
        agent.is_now(why)
        state(hall, "paper", why)
        second = hall.kiosk.take()
        assert agent.job(second["number"])["printer"] == "spare"
        agent.is_now("paper_low")
        state(hall, "paper", "paper_low")
        third = hall.kiosk.take()
        assert agent.job(third["number"])["printer"] == "paper"


def test_what_one_did_not_print_goes_at_once_and_unmarked_to_the_other(hall: Hall) -> None:
    with hall.agent(prints_for="kiosk-1", spare="kiosk-1") as agent:
        agent.is_now("ok"), agent.is_now("ok", "spare")
        state(hall, "spare", "ok")
        ticket = hall.kiosk.take()
        job = agent.job(ticket["number"])
        assert job["printer"] == "paper"
        agent.answer("not_printed", job)
        again = agent.job(ticket["number"], 2)
        assert (again["printer"], again["job"], again["slip"]["copy"]) == ("spare", job["job"], 1)
        # The first one's answer comes once more, from an agent that was not acknowledged: it is of the first giving.
        agent.answer("not_printed", job)
        # A printer that is ready again is given at once whatever is free.
        agent.is_now("paper_low", "spare")
        state(hall, "spare", "paper_low")
        agent.answer("printed", again)
        hall_knows(hall, ticket, printed=True)
        assert len([one for one in agent.jobs() if one == ticket["number"]]) == 2


def test_what_one_may_have_printed_is_a_marked_copy_at_the_other(hall: Hall) -> None:
    with hall.agent(prints_for="kiosk-1", spare="kiosk-1") as agent:
        agent.is_now("ok"), agent.is_now("ok", "spare")
        state(hall, "spare", "ok")
        ticket = hall.kiosk.take()
        job = agent.job(ticket["number"])
        agent.is_now("unknown")
        agent.answer("unknown", job)
        again = agent.job(ticket["number"], 2)
        assert (again["printer"], again["slip"]["copy"]) == ("spare", 2)
        assert "ครั้งที่ 2" in again["slip"]["copy_mark"]


def test_another_agents_answer_is_not_this_ones(hall: Hall, second_key: str) -> None:
    """Whoever does not have the job cannot set it free: it would come out twice, unmarked."""
    with hall.agent(prints_for="kiosk-1") as agent, Agent(hall.url, second_key) as other:
        agent.is_now("ok"), other.is_now("ok")
        settled(hall, agent)
        ticket = hall.kiosk.take()
        job = agent.job(ticket["number"])
        other.answer("not_printed", job)
        # Said after it and heard: what a kiosk's printer cannot, the other would be given by now.
        agent.is_now("paper_out")
        state(hall, "paper", "paper_out")
        last = hall.kiosk.take()
        other.job(last["number"])
        assert ticket["number"] not in other.jobs()


# -- an agent that is away -----------------------------------------------------------------------------------------


def test_a_slip_in_the_hands_of_an_agent_that_stays_away_is_a_marked_copy_elsewhere(
    hall: Hall, second_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Agent(hall.url, second_key) as other:
        other.is_now("ok")
        with hall.agent(prints_for="kiosk-1", journal="mine") as agent:
            agent.is_now("ok")
            settled(hall, agent)
            ticket = hall.kiosk.take()
            job = agent.job(ticket["number"])
        # Ten seconds it may be away; nobody here waits less.
        again = other.until(lambda told: told["slip"]["number"] == ticket["number"], "print")
        assert (again["slip"]["copy"], job["slip"]["copy"]) == (2, 1)
        # It is back, and had printed it: that is told, and nothing more comes out.
        with hall.agent(prints_for="kiosk-1", journal="mine") as agent:
            agent.answer("printed", job)
            hall_knows(hall, ticket, printed=True)


def test_one_with_the_same_journal_is_asked_again_whichever_run_it_is(hall: Hall) -> None:
    with hall.agent(prints_for="kiosk-1", run="first", journal="the same") as agent:
        ticket = hall.kiosk.take()
        job = agent.job(ticket["number"])
    with hall.agent(prints_for="kiosk-1", run="second", journal="the same") as agent:
        again = agent.job(ticket["number"])
        assert (again["job"], again["slip"]["copy"]) == (job["job"], 1)
    with hall.agent(prints_for="kiosk-1", run="second", journal="another") as agent:
        assert agent.job(ticket["number"])["slip"]["copy"] == 2


def test_of_two_with_one_journal_at_once_the_second_is_not_given_the_firsts_slip_unmarked(hall: Hall) -> None:
    """A card was cloned: both would print what the first has in hand."""
    with hall.agent(prints_for="kiosk-1", run="first", journal="cloned") as first:
        ticket = hall.kiosk.take()
        assert first.job(ticket["number"])["slip"]["copy"] == 1
        with hall.agent(prints_for="kiosk-1", run="second", journal="cloned") as second:
            assert first.job(ticket["number"], 2)["slip"]["copy"] == 2
            assert second.jobs() == []


def test_one_process_that_comes_back_before_its_old_line_is_seen_to_be_dead_is_asked_again(hall: Hall) -> None:
    with hall.agent(prints_for="kiosk-1", run="only", journal="its own") as old:
        ticket = hall.kiosk.take()
        job = old.job(ticket["number"])
        with hall.agent(prints_for="kiosk-1", run="only", journal="its own") as new:
            again = new.job(ticket["number"])
            assert (again["job"], again["slip"]["copy"]) == (job["job"], 1)
            new.answer("printed", again)
            hall_knows(hall, ticket, printed=True)


# -- a printer that cannot confirm ---------------------------------------------------------------------------------


def test_a_slip_that_was_sent_is_given_to_nobody_again_until_its_holder_says_no(hall: Hall) -> None:
    with hall.agent(prints_for="kiosk-1", journal="sends") as agent:
        ticket = hall.kiosk.take()
        agent.answer("sent", agent.job(ticket["number"]))
        with Listener(hall.url, "/kiosk", {"key": hall.keys["kiosk"]}) as news:
            news.until(lambda told: slip_in(told, ticket) == "sent")
            assert hall.kiosk.ticket(ticket["token"])["printed"] is False
            answer = said(hall, ticket, received=False, key="no-1")
            assert answer.status_code == 200
            assert agent.job(ticket["number"], 2)["slip"]["copy"] == 2
            told = news.until(lambda told: told["call"])
            assert told["call"]["answered"] is False
            assert said(hall, ticket, received=False, key="no-1").status_code == 200, "the same key again"
            agent.answer("sent", agent.job(ticket["number"], 2))
            news.until(lambda told: slip_in(told, ticket) == "sent" and copy_in(told, ticket) == 2)
            assert said(hall, ticket, received=True).json()["printed"] is True
            news.until(lambda told: slip_in(told, ticket) == "printed")
        assert agent.jobs().count(ticket["number"]) == 2
    hall.kiosk.delete("/api/v1/kiosk/call-staff")


def test_what_is_said_of_a_slip_needs_a_key_and_is_the_kiosks_to_say(hall: Hall) -> None:
    ticket = hall.kiosk.take()
    path = f"/api/v1/tickets/{ticket['token']}/slip"
    assert hall.kiosk.post(path, json={"received": True}).status_code == 400
    assert hall.kiosk.post(path, json={"received": "yes"}, headers={"Idempotency-Key": "k"}).status_code == 422
    assert hall.officer.post(path, json={"received": True}, headers={"Idempotency-Key": "k"}).status_code == 403
    before = hall.seq()
    assert said(hall, ticket, received=True).status_code == 200, "nothing is in question"
    assert hall.seq() == before


def said(hall: Hall, ticket: Any, received: bool, key: str = "") -> Any:
    headers = {"Idempotency-Key": key or f"said-{ticket['number']}-{received}"}
    return hall.kiosk.post(f"/api/v1/tickets/{ticket['token']}/slip", json={"received": received}, headers=headers)


def slip_in(told: Any, ticket: Any) -> str | None:
    return next((one["state"] for one in told["slips"] if one["number"] == ticket["number"]), None)


def copy_in(told: Any, ticket: Any) -> int | None:
    return next((one["copy"] for one in told["slips"] if one["number"] == ticket["number"]), None)


def hall_knows(hall: Hall, ticket: Any, printed: bool) -> None:
    with Listener(hall.url, "/ticket", {"token": ticket["token"]}) as holder:
        holder.until(lambda told: told["printed"] is printed)


# -- what the holder is told ---------------------------------------------------------------------------------------


def test_a_kiosk_hears_what_became_of_its_own_slips(hall: Hall) -> None:
    with (
        hall.agent(prints_for="kiosk-1", spare="*") as agent,
        Listener(hall.url, "/kiosk", {"key": hall.keys["kiosk"]}) as news,
    ):
        agent.is_now("ok"), agent.is_now("paper_out", "spare")
        state(hall, "spare", "paper_out")
        ticket = hall.kiosk.take()
        news.until(lambda told: slip_in(told, ticket) == "printing")
        job = agent.job(ticket["number"])
        agent.is_now("paper_out")
        agent.answer("not_printed", job)
        news.until(lambda told: slip_in(told, ticket) == "not_printed")
        # The staff are told that somebody here waits without a slip.
        with Listener(hall.url, "/counter", {"counter": "1"}, cookie=hall.officer.cookie) as panel:
            panel.until(lambda told: any(one.get("trouble", {}).get("without") == 1 for one in told["help"]))
        agent.is_now("ok", "spare")
        again = agent.job(ticket["number"], 2)
        assert again["printer"] == "spare"
        agent.answer("printed", again)
        told = news.until(lambda told: slip_in(told, ticket) == "printed")
        # It lies elsewhere than the holder expects.
        assert next(one["printer"] for one in told["slips"] if one["number"] == ticket["number"]) == "spare"


def test_a_slip_that_can_never_be_set_is_told_at_once_at_the_kiosk_and_at_reception(hall: Hall) -> None:
    with (
        hall.agent(prints_for="kiosk-1") as agent,
        Listener(hall.url, "/kiosk", {"key": hall.keys["kiosk"]}) as news,
    ):
        agent.is_now("ok")
        ticket = hall.kiosk.take()
        job = agent.job(ticket["number"])
        agent.say("not_printed", {"job": job["job"], "giving": job["giving"], "never": True})
        told = news.until(lambda told: slip_in(told, ticket) == "not_printed")
        assert told["printer"] == "ok", "others come out of it"
        with Listener(hall.url, "/counter", {"counter": "reception"}, cookie=hall.officer.cookie) as reception:
            listed = reception.until(bool)["unprinted"]
        assert ticket["number"] in [one["number"] for one in listed]
        assert agent.jobs().count(ticket["number"]) == 1


def test_where_every_printer_is_for_all_nobody_is_sent_elsewhere(hall: Hall) -> None:
    with (
        hall.agent(prints_for="*") as agent,
        Listener(hall.url, "/kiosk", {"key": hall.keys["kiosk"]}) as news,
    ):
        agent.is_now("ok")
        ticket = hall.kiosk.take()
        agent.answer("printed", agent.job(ticket["number"]))
        told = news.until(lambda told: slip_in(told, ticket) == "printed")
        assert next(one["printer"] for one in told["slips"] if one["number"] == ticket["number"]) is None


def test_a_kiosks_screen_counts_on_the_printer_that_takes_over(hall: Hall) -> None:
    with (
        hall.agent(prints_for="kiosk-1", spare="*") as agent,
        Listener(hall.url, "/kiosk", {"key": hall.keys["kiosk"]}) as news,
    ):
        agent.is_now("ok", "spare"), agent.is_now("offline")
        state(hall, "paper", "offline")
        assert news.until(lambda told: told["seq"] == hall.seq() and told["printer"] == "ok")
        agent.is_now("unknown", "spare")
        news.until(lambda told: told["printer"] == "offline")


# -- how old it may be ---------------------------------------------------------------------------------------------


@pytest.fixture
def floor() -> Day:
    return Day()


def test_what_became_of_a_slip_is_told_by_what_is_known(floor: Day) -> None:
    ticket, now = floor.take(), floor.clock.now()
    assert came_of(ticket, None, True, now) == "printing"
    assert came_of(ticket, None, False, now) == "printing", "it is not known yet that it cannot"
    assert came_of(ticket, "not_printed", True, now) == "printing", "another takes over"
    assert came_of(ticket, "not_printed", False, now) == "not_printed"
    assert came_of(ticket, None, True, now + FRESH) == "not_printed"
    floor.do(visitors.slip_unknown, ticket.id, 1)
    assert came_of(floor.now(ticket), None, True, now) == "unknown"
    floor.do(visitors.slip_sent, ticket.id, 2)
    assert came_of(floor.now(ticket), None, True, now + FRESH) == "sent"


def test_a_slip_asked_for_is_fresh_again(floor: Day) -> None:
    ticket = floor.take()
    floor.clock.passes(minutes=9)
    assert slip_news.stale(ticket, floor.clock.now())
    floor.do(visitors.ask_slip, ticket, False)
    assert not slip_news.stale(floor.now(ticket), floor.clock.now())
    assert devices.ON_PAPER < FRESH <= timedelta(seconds=60)
    assert re.fullmatch(r"\d+", str(int(FRESH.total_seconds())))


def test_a_slip_that_did_not_come_is_printed_from_receptions_list(hall: Hall, tmp_path: Path) -> None:
    never = hall.kiosk.take()
    with hall.agent(prints_for="kiosk-1") as agent:
        mine = hall.kiosk.take()
        agent.job(never["number"])
        maybe = agent.job(mine["number"])
        agent.answer("not_printed", agent.job(never["number"]))
        agent.job(never["number"], 2)
        agent.answer("not_printed", agent.job(never["number"], 2))
        asked = hall.officer.post(f"/api/v1/tickets/{mine['number']}/slip", json={})
        assert asked.status_code == 200
        assert agent.job(mine["number"], 2)["slip"]["copy"] == maybe["slip"]["copy"] + 1, "it may have come out"
        assert hall.officer.post(f"/api/v1/tickets/{never['number']}/slip", json={}).status_code == 200
        assert agent.job(never["number"], 3)["slip"]["copy"] == 1, "it did not"


# -- how the devices are -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("told", ["paper_low", "paper_out", "cover_open", "offline", "unknown", "ok"])
def test_metrics_say_how_each_printer_is(hall: Hall, told: str) -> None:
    with hall.agent(prints_for="kiosk-1") as agent:
        agent.is_now(told)
        state(hall, "paper", told)
        page = hall.kiosk.get("/metrics").text
        for one in printers.STATES:
            line = f'sala_printer_state{{agent="agent-1",device="paper",state="{one}"}} {float(one == told)}'
            assert line in page.splitlines()
        assert 'sala_agent_connected{agent="agent-1"} 1.0' in page
    state(hall, "paper", "unknown")
    page = hall.kiosk.get("/metrics").text
    assert 'sala_printer_state{agent="agent-1",device="paper",state="unknown"} 1.0' in page
    assert 'sala_agent_connected{agent="agent-1"} 0.0' in page


def test_metrics_tell_devices_by_their_whole_names(hall: Hall) -> None:
    with hall.agent(prints_for="kiosk-1", **{"a/x": "*", "x": "*"}) as agent:
        agent.is_now("ok", "x")
        agent.is_now("paper_out", "a/x")
        state(hall, "a/x", "paper_out")
        page = hall.kiosk.get("/metrics").text.splitlines()
        for name, told in (("x", "ok"), ("a/x", "paper_out")):
            assert f'sala_printer_state{{agent="agent-1",device="{name}",state="{told}"}} 1.0' in page
        assert len(page) == len(set(page))


def test_displays_and_keypads_are_on_the_same_list(hall: Hall) -> None:
    with Listener(hall.url, "/hardware", {"key": hall.keys["agent"]}) as agent:
        named = [{"kind": "display", "name": "tubes-3", "counter": "3"}, {"kind": "keypad", "name": "keys-3"}]
        agent.say("hello", {"devices": [*named, {"kind": "oven", "name": "hot"}, "nonsense"], "run": "x"})
        agent.say("status", {"device": "tubes-3", "state": "offline", "detail": "no such port"})
        with Listener(hall.url, "/desk", cookie=hall.manager.cookie) as desk:
            news = desk.until(lambda news: any(one["state"] == "offline" for one in told_of(news)))
        (mine,) = [one for one in news["hall"]["agents"] if one["name"] == "agent-1"]
        display, keypad = sorted(mine["devices"], key=lambda one: one["kind"])
        assert mine["here"]
        assert (display["name"], display["kind"], display["of"]) == ("tubes-3", "display", "3")
        assert (display["detail"], keypad["state"]) == ("no such port", "unknown")
        page = hall.kiosk.get("/metrics").text
        assert 'sala_display_state{agent="agent-1",device="tubes-3",state="offline"} 1.0' in page
        assert 'sala_keypad_state{agent="agent-1",device="keys-3",state="unknown"} 1.0' in page
