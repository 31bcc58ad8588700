"""The rating pad in a real browser: two taps, once a visit, gone after a minute; by the door a number or a slip.

Not here: whom it may ask about (test_pad.py).
"""

import json
import math
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hall_server.texts import say
from tests.browser import SLOW, own_browser
from tests.serving import Caller, Hall, Server, new_hall, serving
from tests.test_line import Cable
from tests.test_phone_walks import connected, no_line
from tests.test_scanner_walks import scan

LYING, SHORT, STANDING = (1280, 800), (800, 480), (800, 1280)
DIAGONAL, FINGER_MM = 10.1, 20
COUNTER = "4"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("pad") / "data", "eventlet") as opened:
        yield opened


@pytest.fixture
def officer(server: Server) -> Iterator[Caller]:
    with Caller(server.url()).sign_in("officer4", "1234") as caller:
        yield caller


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with own_browser(browser, *LYING, has_touch=True) as opened:
        yield opened


def pad(context: BrowserContext, server: Server, query: str = f"counter={COUNTER}&language=en") -> Page:
    page = context.new_page()
    page.set_default_timeout(SLOW)
    page.goto(f"{server.url()}/pad/?{query}")
    connected(page)
    return page


def visit(officer: Caller, language: str = "en") -> Any:
    """A visitor comes, is served and has just left the counter; the ticket."""
    ticket = officer.take("doe-jobs", language=language)
    officer.taken.clear()
    officer.press(COUNTER, "next")
    officer.press(COUNTER, "start")
    officer.press(COUNTER, "finish")
    return ticket


def step(page: Page, name: str) -> None:
    expect(page.locator(f"[data-step={name}]")).to_be_visible(timeout=SLOW)
    expect(page.locator("[data-step]:visible")).to_have_count(1)


def tap(page: Page, question: str, mark: int) -> None:
    page.locator(f"[data-step={question}] [data-mark='{mark}']").tap()


def rate(officer: Caller, token: str) -> Any:
    return officer.post(f"/api/v1/tickets/{token}/rating", json={"steps_and_time": 1, "overall": 1})


def test_two_taps_rate_the_visit_that_just_ended_here(server: Server, context: BrowserContext, officer: Caller) -> None:
    page = pad(context, server)
    step(page, "rest")
    ticket = visit(officer)
    step(page, "steps")
    expect(page.locator("[data-step=steps] [data-whose]")).to_have_text(ticket["number"])
    expect(page.get_by_role("heading", name=say("en", "ticket.rate_steps"))).to_be_visible()
    faces = page.locator("[data-step=steps] [data-mark]")
    expect(faces).to_have_text([say("en", f"ticket.level.{mark}") for mark in (5, 4, 3, 2, 1)])
    with page.expect_request("**/rating") as sent:
        tap(page, "steps", 4)
        step(page, "overall")
        tap(page, "overall", 2)
        step(page, "more")
        page.get_by_role("button", name=say("en", "pad.why.bad.3")).tap()
        page.locator("#comment").fill("ช่อง 4 มืด")
        page.get_by_role("button", name=say("en", "pad.send")).tap()
    step(page, "thanks")
    said = f"{say('th', 'pad.why.bad.3')} · ช่อง 4 มืด"
    assert sent.value.post_data_json == {"steps_and_time": 4, "overall": 2, "comment": said}
    assert rate(officer, ticket["token"]).json()["type"] == "already-rated"
    step(page, "rest")


def test_whoever_walks_off_after_two_taps_has_rated(server: Server, context: BrowserContext, officer: Caller) -> None:
    page = pad(context, server)
    page.clock.install()
    ticket = visit(officer)
    step(page, "steps")
    tap(page, "steps", 5), tap(page, "overall", 5)
    step(page, "more")
    expect(page.locator("[data-tone=good]:visible")).to_have_count(5)
    with page.expect_response("**/rating") as answer:
        page.clock.run_for(13_000)
    assert answer.value.status == 201
    assert rate(officer, ticket["token"]).status_code == 409


def test_the_minute_ends_by_itself(server: Server, context: BrowserContext, officer: Caller) -> None:
    page = pad(context, server)
    page.clock.install()
    visit(officer)
    step(page, "steps")
    page.clock.run_for(50_000)
    step(page, "steps")
    page.clock.run_for(10_500)
    step(page, "rest")


def test_the_minute_does_not_end_under_the_finger(server: Server, context: BrowserContext, officer: Caller) -> None:
    page = pad(context, server)
    page.clock.install()
    visit(officer)
    step(page, "steps")
    page.clock.run_for(55_000)
    tap(page, "steps", 3)
    page.clock.run_for(10_000)
    step(page, "overall")
    page.clock.run_for(11_000)
    step(page, "rest")


def test_rated_on_the_phone_first_the_pad_says_so_politely(
    server: Server, context: BrowserContext, officer: Caller
) -> None:
    page = pad(context, server)
    ticket = visit(officer)
    step(page, "steps")
    tap(page, "steps", 5), tap(page, "overall", 5)
    assert rate(officer, ticket["token"]).status_code == 201
    page.get_by_role("button", name=say("en", "pad.send")).tap()
    step(page, "rated")
    expect(page.get_by_text(say("en", "pad.rated_help"))).to_be_visible()
    # And one not yet begun is not asked about any more.
    step(page, "rest")
    ticket = visit(officer)
    step(page, "steps")
    rate(officer, ticket["token"])
    step(page, "rest")


def test_a_rating_without_a_line_is_sent_when_it_is_back(
    server: Server, context: BrowserContext, officer: Caller
) -> None:
    page = pad(context, server)
    ticket = visit(officer)
    mend = no_line(page, "**/rating")
    tap(page, "steps", 3), tap(page, "overall", 3)
    page.get_by_role("button", name=say("en", "pad.send")).tap()
    expect(page.locator("#kept")).to_be_visible(timeout=SLOW)
    mend()
    expect(page.locator("#kept")).to_be_hidden(timeout=SLOW)
    assert rate(officer, ticket["token"]).status_code == 409


def test_a_pulled_cable_is_said_and_the_pad_is_right_three_seconds_after(
    server: Server, context: BrowserContext, officer: Caller
) -> None:
    page = context.new_page()
    cable = Cable(page)
    page.goto(f"{server.url()}/pad/?counter={COUNTER}&language=en")
    connected(page)
    cable.whole = False
    expect(page.locator("#connection")).to_contain_text("Connection lost", timeout=10_000)
    visit(officer)
    cable.whole = True
    expect(page.locator("[data-step=steps]")).to_be_visible(timeout=3_000)
    expect(page.locator("#connection")).to_be_empty()


def test_the_pad_speaks_the_visitors_language_and_its_own_again(
    server: Server, context: BrowserContext, officer: Caller
) -> None:
    page = pad(context, server, f"counter={COUNTER}&language=th")
    visit(officer, "en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="ไทย").tap()
    expect(page.get_by_role("heading", name=say("th", "ticket.rate_steps"))).to_be_visible()
    page.get_by_role("button", name=say("th", "pad.not_me")).tap()
    step(page, "rest")
    expect(page.locator("html")).to_have_attribute("lang", "th")
    page.reload()
    connected(page)
    step(page, "steps")  # it was put off here, and the minute goes on


def test_by_the_door_a_number_is_typed_or_a_slip_scanned(
    server: Server, context: BrowserContext, officer: Caller
) -> None:
    page = pad(context, server, "language=en")
    step(page, "find")
    first, second = visit(officer), visit(officer)
    go = page.get_by_role("button", name=say("en", "pad.go"))
    expect(go).to_be_disabled()
    for sign in ("F", "9", "9", "8"):
        page.locator(f"[data-sign='{sign}']").tap()
    go.tap()
    expect(page.get_by_role("alert").filter(has_text="F998")).to_be_visible()
    for _ in range(3):
        page.get_by_role("button", name=say("en", "pad.erase")).tap()
    for sign in str(int(first["number"][1:])):
        page.locator(f"[data-sign='{sign}']").tap()
    go.tap()
    step(page, "steps")
    expect(page.locator("[data-step=steps] [data-whose]")).to_have_text(first["number"])
    tap(page, "steps", 5), tap(page, "overall", 5)
    page.get_by_role("button", name=say("en", "pad.send")).tap()
    step(page, "thanks")
    step(page, "find")
    scan(page, f"http://hall.example/t/{second['token']}", "thai")
    expect(page.locator("[data-step=steps] [data-whose]")).to_have_text(second["number"])
    page.get_by_role("button", name=say("en", "pad.not_me")).tap()
    scan(page, f"http://hall.example/t/{first['token']}", "caps")
    step(page, "rated")


@pytest.mark.parametrize("size", [LYING, SHORT, STANDING])
@pytest.mark.parametrize("language", ["th", "en"])
def test_all_that_is_tapped_is_twenty_millimetres_and_nothing_is_cut(
    server: Server, context: BrowserContext, officer: Caller, size: tuple[int, int], language: str
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{server.url()}/pad/?counter={COUNTER}&language={language}&diagonal={DIAGONAL}")
    connected(page)
    visit(officer, language)
    step(page, "steps")
    fits(page, size)
    tap(page, "steps", 1)
    step(page, "overall")
    fits(page, size)
    tap(page, "overall", 1)
    step(page, "more")
    fits(page, size)
    page.goto(f"{server.url()}/pad/?language={language}&diagonal={DIAGONAL}")
    connected(page)
    step(page, "find")
    fits(page, size)


def fits(page: Page, size: tuple[int, int]) -> None:
    mm = math.hypot(*size) / (DIAGONAL * 25.4)
    for one in page.locator("button:visible").all():
        box = one.bounding_box()
        assert box and min(box["width"], box["height"]) / mm >= FINGER_MM - 0.05, one.inner_text()
        expect(one).to_be_in_viewport(ratio=1)
    cut = page.evaluate("""() => [...document.querySelectorAll("[data-step], [data-step] *")]
      .filter((it) => it.clientWidth && (it.scrollWidth > it.clientWidth + 1 || it.scrollHeight > it.clientHeight + 3))
      .filter((it) => getComputedStyle(it).display !== "inline")
      .map((it) => [it.className || it.id || it.tagName, it.scrollHeight, it.clientHeight])""")
    assert not cut, cut


@pytest.fixture(scope="module")
def earnest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with new_hall(tmp_path_factory.mktemp("pad-earnest") / "data", "eventlet") as opened:
        yield opened


def test_a_paired_pad_asks_and_the_figures_say_what_was_hasty(earnest: Hall, browser: Browser) -> None:
    contexts = browser.new_context(), browser.new_context()
    page, desk = (context.new_page() for context in contexts)
    page.goto(f"{earnest.url}/pad/?counter=1&language=en")
    expect(page.locator("#code")).to_have_text(re.compile(r"^\d{3} \d{3}$"))
    contexts[0].add_cookies([{"name": "sala_screen", "value": earnest.keys["pad"], "url": earnest.url}])
    page.goto(f"{earnest.url}/pad/?counter=1&language=en")
    connected(page)
    earnest.kiosk.take(language="en")
    earnest.officer.serve("1")
    step(page, "steps")
    with page.expect_response("**/rating") as answer:
        page.locator("[data-step=steps] [data-mark='5']").click()
        page.locator("[data-step=overall] [data-mark='5']").click()
        page.locator("#send").click()
    assert answer.value.status == 201
    with closing(sqlite3.connect(earnest.folder / "hall.db")) as log:
        ((by, record),) = log.execute("select by, record from events where kind = 'rated'").fetchall()
    assert json.loads(record)["data"].get("hasty") is True and by != "holder"
    desk.goto(f"{earnest.url}/desk/?language=en")
    desk.locator("#username").fill("manager")
    desk.locator("#pin").fill("4821")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-part=standard] .flagged").first).to_contain_text("1")
    for context in contexts:
        context.close()
