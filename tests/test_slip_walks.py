"""Walks on the kiosk's number page: its holder learns what became of the slip, and says whether it came.

A real server, a real Chromium paired as the kiosk; the agent is the test's own, so that each answer comes when wanted.
Not here: what the page makes of the news (scripts/slip.test.js), what the hall makes of the answers (test_handover.py).
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hall_server.texts import say
from tests.scenes import settled
from tests.serving import Agent, Hall, centre, new_hall, serving, settle
from tests.test_kiosk_staff import PANELS, SLOW, at_kiosk, staff_page

LANGUAGES = ("th", "en", "my")
# Of how many lines one part is.
HIGH = "one => Math.round(one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight))"
INCHES = {"standing": 21.5, "lying": 21.5, "small": 10.1}
# What of the number's page is out of its place: past the panel or its card, over another part, too small for a finger,
# or with words that are wider than what holds them.
OUT_OF_PLACE = """() => {
  const parts = `.called p, .called button, .ticket-card > h1 > span, .ticket-card > p, .ticket-words > p,
    .ticket-follow img, .slip-answers button, figcaption, #countdown, #more-time, #done, .modes button,
    .languages button, #call-staff`;
  const seen = [...document.querySelectorAll(parts)].filter((one) => one.checkVisibility());
  const mm = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--mm"));
  const named = (one) => one.id || one.className || one.outerHTML;
  const boxes = seen.map((one) => ({ one, box: one.getBoundingClientRect(), name: named(one) }));
  const within = (box, room) => box.left >= room.left - 1 && box.right <= room.right + 1
    && box.top >= room.top - 1 && box.bottom <= room.bottom + 1;
  const found = [];
  for (const { one, box, name } of boxes) {
    const words = document.createRange();
    words.selectNodeContents(one);
    const room = one.closest(".ticket-card, .called")?.getBoundingClientRect();
    const panel = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    if (!within(box, panel) || (room && !within(box, room))) found.push(`${name} is cut off`);
    const wide = words.getBoundingClientRect();
    if (one.textContent && (wide.left < box.left - 1 || wide.right > box.right + 1)) found.push(`${name}: too narrow`);
    if (one.matches("button") && one.scrollHeight > one.clientHeight + 2) found.push(`${name} is too low`);
    if (one.matches("button") && Math.min(box.width, box.height) < 20 * mm - 1) found.push(`${name} is no target`);
  }
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
    const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
    const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
    if (wide > 1 && high > 1) found.push(`${a.name} lies over ${b.name}`);
  }));
  return found;
}"""

# On how many lines the words of each part stand.
LINES = """(parts) => [...document.querySelectorAll(parts)].map((one) => {
  const words = document.createRange();
  words.selectNodeContents(one);
  return new Set([...words.getClientRects()].map((line) => Math.round(line.top))).size;
})"""

# What stands between two spaces of a part's text, and is broken though a line of its own would hold it.
BROKEN = """(parts) => [...document.querySelectorAll(parts)].filter((one) => one.checkVisibility()).flatMap((one) => {
  const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    for (const { 0: phrase, index } of texts.currentNode.data.matchAll(/\\S+/g)) {
      const words = document.createRange();
      words.setStart(texts.currentNode, index);
      words.setEnd(texts.currentNode, index + phrase.length);
      const lines = [...words.getClientRects()];
      const wide = lines.reduce((sum, line) => sum + line.width, 0);
      if (new Set(lines.map((line) => line.top)).size > 1 && wide < one.clientWidth - 2) found.push(phrase);
    }
  }
  return found;
})"""


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
    expect(kiosk.locator("#ticket")).to_be_visible()
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


def outcomes(kiosk: Page, agent: Agent, language: str) -> Iterator[str]:
    """The number's page in each case of its slip, one after the other, in that language."""

    def begun_anew() -> Any:
        kiosk.evaluate("async () => (await import('/kiosk/static/steps.js')).startOver()")
        return takes(kiosk, agent, language)

    page = kiosk.locator("html")
    agent.answer("unknown", begun_anew())
    expect(kiosk.locator("#no-slip")).to_have_text(say(language, "kiosk.slip_unknown"), timeout=SLOW)
    yield "unknown"
    job = begun_anew()
    agent.answer("sent", job)
    expect(page).to_have_attribute("data-slip", "ask", timeout=SLOW)
    yield "ask"
    kiosk.locator("#slip-no").click()
    expect(kiosk.locator("#no-slip")).to_have_text(say(language, "kiosk.slip_missed"), timeout=SLOW)
    expect(kiosk.locator("#called")).to_be_visible(timeout=SLOW)
    yield "missed"
    kiosk.locator("#called-over").click()
    expect(kiosk.locator("#called")).to_be_hidden(timeout=SLOW)
    job = begun_anew()
    agent.is_now("offline"), agent.is_now("offline", "hallway")
    agent.answer("not_printed", job)
    expect(page).to_have_attribute("data-slip", "none", timeout=SLOW)
    yield "not-printed"
    agent.is_now("ok", "hallway")
    expect(page).to_have_attribute("data-printer", "ok", timeout=SLOW)
    agent.answer("printed", begun_anew())
    expect(kiosk.locator("#ticket")).to_contain_text("hallway", timeout=SLOW)
    yield "elsewhere"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("panel", PANELS)
def test_every_outcome_is_whole_on_every_panel(hall: Hall, browser: Browser, panel: str, language: str) -> None:
    with (
        hall.agent(prints_for="kiosk-1", journal="walks", hallway="*") as agent,
        at_kiosk(hall, browser, panel) as kiosk,
    ):
        agent.is_now("ok"), agent.is_now("ok", "hallway")
        kiosk.goto(f"{hall.url}/kiosk/?diagonal={INCHES[panel]}")
        expect(kiosk.locator("html")).to_have_attribute("data-printer", "ok", timeout=SLOW)
        wrong = {}
        for outcome in outcomes(kiosk, agent, language):
            for size in ("plain", "large"):
                if size == "large":
                    kiosk.locator("#mode-large").click()
                settled(kiosk)
                broken = kiosk.evaluate(BROKEN, "#no-slip, #no-slip-do, .when-slip .ticket-slip span")
                wrong[f"{outcome}, {size}"] = kiosk.evaluate(OUT_OF_PLACE) + broken
            kiosk.locator("#mode-large").click()
        assert {where: what for where, what in wrong.items() if what} == {}


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
    # Nobody is led past the question.
    expect(kiosk.locator("#done")).to_be_hidden()
    kiosk.locator("#slip-yes").click()
    expect(kiosk.locator("#choose")).to_be_visible(timeout=SLOW)
    ticket = hall.officer.get(f"/api/v1/tickets?number={job['slip']['number']}").json()
    assert ticket["printed"] is True


@pytest.mark.parametrize("panel", ["standing", "lying"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_stand_side_by_side_each_on_one_line(
    hall: Hall, agent: Agent, browser: Browser, panel: str, language: str
) -> None:
    with at_kiosk(hall, browser, panel) as kiosk:
        expect(kiosk.locator("html")).to_have_attribute("data-printer", "ok", timeout=SLOW)
        agent.answer("sent", takes(kiosk, agent, language))
        expect(kiosk.locator("#slip-yes")).to_be_visible(timeout=SLOW)
        settled(kiosk)
        assert kiosk.evaluate(LINES, "#slip-yes span, #slip-no span") == [1, 1]
        tops = {kiosk.locator(one).bounding_box()["y"] for one in ("#slip-yes", "#slip-no")}  # type: ignore[index]
        assert len(tops) == 1


def test_who_could_not_be_heard_may_leave(kiosk: Page, agent: Agent) -> None:
    agent.answer("sent", takes(kiosk, agent))
    kiosk.route("**/slip", lambda route: route.abort())
    kiosk.locator("#slip-yes").click()
    expect(kiosk.locator("#slip-not-said")).to_be_visible(timeout=SLOW)
    kiosk.locator("#done").click()
    expect(kiosk.locator("#choose")).to_be_visible(timeout=SLOW)


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
        heading = kiosk.locator(".when-slip .ticket-slip")
        expect(heading).to_have_text(elsewhere, timeout=SLOW)
        expect(heading).to_be_visible()
        expect(kiosk.locator("#announced")).to_contain_text(elsewhere)
        # The next one's own printer has paper again, and the heading is the usual one.
        kiosk.locator("#done").click()
        agent.is_now("ok")
        agent.answer("printed", takes(kiosk, agent))
        expect(heading).to_have_text(say("th", "kiosk.take_slip"), timeout=SLOW)


def test_without_a_public_address_nobody_is_sent_to_a_qr(browser: Browser, tmp_path: Path) -> None:
    text = centre().replace('languages = ["th", "en"]', 'languages = ["th", "en", "my"]')
    with (
        new_hall(tmp_path / "data", "eventlet", text) as hall,
        hall.agent(prints_for="kiosk-1", journal="bare") as agent,
        at_kiosk(hall, browser) as kiosk,
    ):
        agent.is_now("offline")
        expect(kiosk.locator("#state")).to_contain_text(say("th", "kiosk.state.printer_do_bare"), timeout=SLOW)
        kiosk.locator("#state-go").click()
        kiosk.locator("li[data-key=benefit] .service").click()
        kiosk.locator("#take").click()
        for language in LANGUAGES:
            kiosk.locator(f".languages [data-language={language}]").click()
            expect(kiosk.locator("#no-slip-do")).to_have_text(say(language, "kiosk.no_slip_do_bare"))
        expect(kiosk.locator(".ticket-follow img")).to_be_hidden()


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
            below = page.locator(".help-below").evaluate(HIGH)
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
