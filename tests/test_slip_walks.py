"""Walks on the kiosk's number page: its holder learns what became of the slip, and says whether it came.

A real server, a real Chromium paired as the kiosk; the agent is the test's own, so that each answer comes when wanted.
Not here: what the page makes of the news (scripts/slip.test.js), what the hall makes of the answers (test_handover.py).
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hall_server.texts import say
from tests.serving import Agent, Hall, centre, serving, settle
from tests.test_kiosk_staff import SLOW, at_kiosk, staff_page

LANGUAGES = ("th", "en", "my")
LINES = "one => Math.round(one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight))"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall in earnest whose slips have a QR, in three languages."""
    folder = tmp_path_factory.mktemp("slips") / "data"
    text = centre().replace('languages = ["th", "en"]', 'languages = ["th", "en", "my"]')
    keys, toml = settle(folder, text), str(folder / "centre.toml")
    with serving(folder, "eventlet", "--no-trial", "--centre", toml, "--public-url", "http://queue.hall") as server:
        opened = Hall(folder, "eventlet", keys, server)
        yield opened
        opened.close()


@pytest.fixture
def agent(hall: Hall) -> Iterator[Agent]:
    with hall.agent(prints_for="kiosk-1", journal="walks") as agent:
        agent.is_now("ok")
        yield agent


@pytest.fixture
def kiosk(hall: Hall, agent: Agent, browser: Browser) -> Iterator[Page]:
    with at_kiosk(hall, browser) as page:
        expect(page.locator("html")).to_have_attribute("data-printer", "ok", timeout=SLOW)
        yield page


def takes(kiosk: Page, agent: Agent, language: str = "th") -> Any:
    """A visitor takes a number; the job that the agent is given for it."""
    if language != "th":
        kiosk.locator(f".languages [data-language={language}]").click()
    kiosk.locator("li[data-key=benefit] .service").click()
    kiosk.locator("#take").click()
    number = kiosk.locator(".ticket-number")
    expect(number).not_to_have_text("")
    return agent.job(number.text_content() or "")


def stays_with_its_qr(kiosk: Page, language: str, words: str) -> None:
    expect(kiosk.locator("#no-slip")).to_have_text(say(language, words), timeout=SLOW)
    for part in (".ticket-number", ".ticket-follow img", "#no-slip"):
        expect(kiosk.locator(part)).to_be_in_viewport(ratio=1)
    expect(kiosk.locator(".ticket-words.when-slip")).to_be_hidden()
    expect(kiosk.locator("#announced")).to_contain_text(say(language, words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slip_that_could_not_be_printed_leaves_the_number_with_its_qr(
    kiosk: Page, agent: Agent, language: str
) -> None:
    job = takes(kiosk, agent, language)
    expect(kiosk.locator(".ticket-words.when-slip")).to_be_visible()
    agent.is_now("offline")
    agent.answer("not_printed", job)
    stays_with_its_qr(kiosk, language, "kiosk.no_slip")


def test_one_that_may_have_come_out_is_told_so_and_then_the_copy_comes(kiosk: Page, agent: Agent) -> None:
    job = takes(kiosk, agent)
    agent.answer("unknown", job)
    stays_with_its_qr(kiosk, "th", "kiosk.slip_unknown")
    copy = agent.job(job["slip"]["number"], 2)
    assert copy["slip"]["copy"] == 2
    agent.answer("printed", copy)
    expect(kiosk.locator(".ticket-words.when-slip")).to_be_visible(timeout=SLOW)
    expect(kiosk.locator("#announced")).to_contain_text(say("th", "kiosk.take_slip"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_has_the_slip_that_was_sent_says_so_and_is_done(
    hall: Hall, kiosk: Page, agent: Agent, language: str
) -> None:
    job = takes(kiosk, agent, language)
    agent.answer("sent", job)
    expect(kiosk.locator("#slip-ask")).to_be_focused(timeout=SLOW)
    expect(kiosk.locator("#slip-ask")).to_have_text(say(language, "kiosk.slip_ask"))
    expect(kiosk.locator("#announced")).to_contain_text(say(language, "kiosk.slip_ask"))
    for answer in ("#slip-yes", "#slip-no"):
        expect(kiosk.locator(answer)).to_be_in_viewport(ratio=1)
    kiosk.locator("#slip-yes").click()
    expect(kiosk.locator("#choose")).to_be_visible(timeout=SLOW)
    ticket = hall.officer.get(f"/api/v1/tickets?number={job['slip']['number']}").json()
    assert ticket["printed"] is True


def test_whoever_has_not_keeps_the_number_and_a_marked_slip_and_the_staff_come(
    hall: Hall, kiosk: Page, agent: Agent, browser: Browser
) -> None:
    """By keys alone: Tab or arrows and Enter."""
    panel = staff_page(hall, browser, "officer", "/counter/1?language=en")
    job = takes(kiosk, agent)
    agent.answer("sent", job)
    expect(kiosk.locator("#slip-ask")).to_be_focused(timeout=SLOW)
    kiosk.keyboard.press("Tab")
    expect(kiosk.locator("#slip-yes")).to_be_focused()
    kiosk.keyboard.press("ArrowRight")
    expect(kiosk.locator("#slip-no")).to_be_focused()
    kiosk.keyboard.press("Enter")
    stays_with_its_qr(kiosk, "th", "kiosk.slip_missed")
    expect(panel.locator("#help-call")).to_contain_text(say("en", "counter.help.why.slip"), timeout=SLOW)
    copy = agent.job(job["slip"]["number"], 2)
    assert copy["slip"]["copy_mark"] == "\n".join(say(one, "slip.copy", n=2) for one in ("th", "en"))
    agent.answer("printed", copy)
    expect(kiosk.locator(".ticket-words.when-slip")).to_be_visible(timeout=SLOW)
    kiosk.locator("#called-over").click()
    panel.context.close()


def test_a_slip_that_comes_out_elsewhere_says_where(hall: Hall, browser: Browser) -> None:
    with hall.agent(prints_for="kiosk-1", journal="walks", hallway="*") as agent, at_kiosk(hall, browser) as kiosk:
        agent.is_now("ok", "hallway"), agent.is_now("paper_out")
        expect(kiosk.locator("html")).to_have_attribute("data-printer", "ok", timeout=SLOW)
        job = takes(kiosk, agent)
        assert job["printer"] == "hallway"
        agent.answer("printed", job)
        elsewhere = say("th", "kiosk.slip_elsewhere", printer="hallway")
        expect(kiosk.locator(".ticket-elsewhere")).to_have_text(elsewhere, timeout=SLOW)


@pytest.mark.parametrize("state", ["paper_out", "cover_open", "offline", "unknown"])
def test_a_printer_that_prints_nothing_is_told_before_the_tap(kiosk: Page, agent: Agent, state: str) -> None:
    agent.is_now(state)
    expect(kiosk.locator("#state")).to_have_attribute("data-state", "printer", timeout=SLOW)
    agent.is_now("ok")
    expect(kiosk.locator("#state")).to_be_hidden(timeout=SLOW)


def test_receptions_list_prints_a_slip_that_did_not_come(hall: Hall, agent: Agent, browser: Browser) -> None:
    ticket = hall.kiosk.take()
    page = staff_page(hall, browser, "officer1", "/counter/reception?language=en")
    # It may have come out: a marked one is on its way, and the list has it for whoever wants to look after it.
    agent.answer("unknown", agent.job(ticket["number"]))
    assert agent.job(ticket["number"], 2)["slip"]["copy"] == 2
    page.locator(f"#print-{ticket['number']}").click()
    expect(page.locator("#unprinted-message")).to_contain_text(ticket["number"])
    assert agent.job(ticket["number"], 3)["slip"]["copy"] == 3, "the agent has it, and says nothing"
    page.context.close()
    hall.kiosk.give_back()


def test_receptions_list_has_a_slip_as_soon_as_it_is_told_that_it_was_not_printed(hall: Hall, browser: Browser) -> None:
    page = staff_page(hall, browser, "officer1", "/counter/reception?language=en")
    with hall.agent(journal="two", prints_for="kiosk-1", spare="*") as agent:
        agent.is_now("paper_out"), agent.is_now("paper_out", "spare")
        page.locator("#offer-benefit").click()
        page.locator("#give").click()
        expect(page.locator("#given-slip")).to_have_text(say("en", "counter.rec.printing"), timeout=SLOW)
        mine = page.locator("#given-number").text_content() or ""
        for number in (hall.kiosk.take()["number"], mine):
            agent.answer("not_printed", agent.job(number))
            expect(page.locator(f"#print-{number}")).to_be_visible(timeout=SLOW)
        expect(page.locator("#given-slip")).to_have_text(say("en", "counter.rec.not_printed"))
        expect(page.locator("#unprinted-none")).to_be_hidden()
    hall.officer.post(f"/api/v1/tickets/{mine}/cancel", json={})
    page.context.close()
    hall.kiosk.give_back()


@pytest.mark.parametrize("language", ["th", "en"])
def test_who_is_without_a_slip_is_said_in_full_on_panel_reception_and_strip(
    hall: Hall, kiosk: Page, agent: Agent, browser: Browser, language: str
) -> None:
    agent.is_now("cover_open")
    for _ in range(3):
        agent.answer("not_printed", agent.job(hall.kiosk.take()["number"]))
    # Whoever waits since another walk is counted too.
    told = re.compile(say(language, "counter.help.without", n=r"\d+"))
    for path, (width, height) in {"1": (1366, 768), "reception": (1366, 768), "1/strip": (400, 160)}.items():
        page = staff_page(hall, browser, "officer1", f"/counter/{path}?language={language}")
        page.set_viewport_size({"width": width, "height": height})
        words = page.locator("#about" if path == "1/strip" else "#help-words")
        expect(words).to_contain_text(told, timeout=SLOW)
        box = words.bounding_box()
        assert box and box["y"] >= 0 and box["x"] + box["width"] <= width
        assert words.evaluate("one => one.scrollHeight <= one.clientHeight"), path
        if path != "1/strip":
            below = page.locator(".help-below").evaluate(LINES)
            assert below == 1, "a line of its own, and no more"
            assert page.locator(".top").evaluate("top => top.offsetHeight") <= 100
        page.context.close()
    hall.kiosk.give_back()


def test_receptions_list_shows_six_slips_whose_buttons_do_not_touch(hall: Hall, agent: Agent, browser: Browser) -> None:
    agent.is_now("paper_out")
    for _ in range(9):
        number = hall.kiosk.take()["number"]
        agent.answer("not_printed", agent.job(number))
    page = staff_page(hall, browser, "officer1", "/counter/reception?language=th")
    buttons = page.locator("#unprinted .button")
    expect(page.locator(f"#print-{number}")).to_have_count(1, timeout=SLOW)
    boxes = [box for one in buttons.all() if (box := one.bounding_box())]
    assert all(below["y"] - above["y"] - above["height"] >= 8 for above, below in pairwise(boxes))
    for n in range(6):
        expect(buttons.nth(n)).to_be_in_viewport(ratio=1)
    buttons.first.click()
    expect(page.locator(".looked-after:has(#unprinted) .message")).not_to_be_empty(timeout=SLOW)
    page.context.close()
    hall.kiosk.give_back()


def test_the_desk_shows_each_device_with_its_state(hall: Hall, agent: Agent, browser: Browser) -> None:
    desk = staff_page(hall, browser, "manager", "/desk/settings?show=devices&language=en")
    row = desk.locator("[data-device=paper]")
    expect(row).to_have_attribute("data-state", "ok", timeout=SLOW)
    agent.say("status", {"device": "paper", "state": "cover_open", "detail": "the cover is open"})
    expect(row).to_have_attribute("data-state", "cover_open", timeout=SLOW)
    expect(row).to_contain_text("the cover is open")
    desk.context.close()
