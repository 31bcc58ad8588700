"""Walks at a kiosk in earnest: its screens when it cannot do what it is there for, the staff's menu, calls for staff.

A real server, a real agent at a printer that keeps state, a real Chromium paired as the kiosk. Time is moved by the
page's own clock. Not here: what the server holds of it (test_kiosk_machine.py).
"""

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hall_server.texts import say
from hardware import agent, devices
from tests.browser import SLOW, own_browser
from tests.fake_printer import FakePrinter
from tests.serving import PIN, Hall, centre, new_hall, serving, settle

PANELS = {"standing": (1080, 1920), "lying": (1920, 1080), "small": (1024, 600)}
DIAGONAL_MM = 21.5 * 25.4


@pytest.fixture(scope="module")
def paper() -> Iterator[FakePrinter]:
    with FakePrinter() as printer:
        yield printer


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory, paper: FakePrinter) -> Iterator[Hall]:
    """A hall in earnest with the kiosk's own printer. Of the advice two tickets a day are given."""
    text = centre().replace(
        'prefix = "A"\nstandard_service_minutes = 10', 'prefix = "A"\nquota_day = 2\nstandard_service_minutes = 10'
    )
    folder = tmp_path_factory.mktemp("staff") / "data"
    keys, toml = settle(folder, text), str(folder / "centre.toml")
    with serving(folder, "eventlet", "--no-trial", "--centre", toml, "--public-url", "http://queue.hall") as server:
        opened = Hall(folder, "eventlet", keys, server)
        with printing(opened, paper):
            yield opened
        opened.close()


@contextmanager
def printing(hall: Hall, paper: FakePrinter) -> Iterator[None]:
    stop = threading.Event()
    text = f'[[printer]]\nname = "paper"\nfor = "kiosk-1"\naddress = "tcp:127.0.0.1:{paper.port}"\n'
    works = threading.Thread(target=agent.run, args=(hall.url, hall.keys["agent"], devices.read(text), stop))
    works.start()
    try:
        yield
    finally:
        stop.set()
        works.join(30)


@contextmanager
def at_kiosk(hall: Hall, browser: Browser, panel: str = "standing", clock: bool = False) -> Iterator[Page]:
    with own_browser(browser, *PANELS[panel], has_touch=True) as context:
        context.add_cookies([{"name": "sala_screen", "value": hall.keys["kiosk"], "url": hall.url}])
        page = context.new_page()
        if clock:
            page.clock.install()
        page.goto(f"{hall.url}/kiosk/")
        expect(page.locator("html")).to_have_attribute("data-connection", "connected", timeout=SLOW)
        yield page


@pytest.fixture
def kiosk(hall: Hall, browser: Browser) -> Iterator[Page]:
    with at_kiosk(hall, browser) as page:
        yield page


def staff_page(hall: Hall, browser: Browser, who: str, path: str) -> Page:
    caller = hall.manager if who == "manager" else hall.officer
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "sala_session", "value": caller.cookies["sala_session"], "url": hall.url}])
    page = context.new_page()
    page.goto(hall.url + path)
    return page


def stands(page: Page, state: str) -> None:
    """The state's own full screen is there, in both languages where nobody has chosen one."""
    expect(page.locator("#state")).to_have_attribute("data-state", state, timeout=SLOW)
    expect(page.locator("#state")).to_be_visible()
    expect(page.locator("#state-words")).to_contain_text(say("th", f"kiosk.state.{state}"))


def open_menu(page: Page) -> None:
    page.keyboard.press("Control+Alt+KeyS")
    page.get_by_role("button", name="officer2").click()
    for digit in PIN:
        page.locator(f"[data-digit='{digit}']").click()
    page.get_by_role("button", name=say("th", "kiosk.staff.enter")).click()
    expect(page.locator("#staff-menu")).to_be_visible(timeout=SLOW)
    expect(page.locator("#staff-kiosk")).to_have_text("kiosk-1")


# -- states --------------------------------------------------------------------------------------------------------


def test_a_closed_hall_says_so_and_lets_the_services_be_read(browser: Browser, tmp_path: Path) -> None:
    with new_hall(tmp_path / "data", "eventlet", centre(opens=False)) as hall, at_kiosk(hall, browser) as kiosk:
        stands(kiosk, "closed")
        for language in ("th", "en"):
            expect(kiosk.locator("#state-words")).to_contain_text(say(language, "kiosk.state.closed"))
        kiosk.locator(".languages [data-language=en]").click()
        expect(kiosk.locator("#state-words")).not_to_contain_text(say("th", "kiosk.state.closed"))
        kiosk.get_by_role("button", name=say("en", "kiosk.state.browse")).click()
        expect(kiosk.locator("#state")).to_be_hidden()
        # What it is, what to bring; and no ticket.
        kiosk.locator("li[data-key=card] .service").dispatch_event("click")
        expect(kiosk.locator("#state")).to_have_attribute("data-state", "one")
        expect(kiosk.locator("#state-words h1")).to_have_text("Work permit renewal")
        expect(kiosk.locator("#state-papers li")).to_have_text(["Passport", "The present permit", "Form WP 31"])
        expect(kiosk.locator("#state-fee")).to_contain_text("3,100 baht")
        kiosk.get_by_role("button", name=say("en", "kiosk.state.one_back")).click()
        expect(kiosk.locator("#state")).to_be_hidden()


def test_a_full_service_says_so_and_a_full_kiosk_when_there_are_tickets_again(hall: Hall, browser: Browser) -> None:
    with at_kiosk(hall, browser) as kiosk:
        first, second = hall.kiosk.take("advice"), hall.kiosk.take("advice")
        card = kiosk.locator("li[data-key=advice] .service")
        expect(card).to_have_attribute("aria-disabled", "true", timeout=SLOW)
        card.dispatch_event("click")
        expect(kiosk.locator("#state")).to_have_attribute("data-state", "one")
        expect(kiosk.locator("#state-words h1")).to_have_text("ให้คำปรึกษา")
        expect(kiosk.locator("#state-words")).to_contain_text(say("th", "kiosk.closed.quota-full"))
        kiosk.locator("#state-go").click()
        assert first["number"] != second["number"]
        # The others are paused: nothing is left, and the paused ones may come back the soonest.
        for service in ("benefit", "card"):
            paused = hall.manager.post(
                f"/api/v1/services/{service}/pause", json={"message": {"th": "พัก", "en": "Pause"}}
            )
            assert paused.status_code == 200
        stands(kiosk, "service-paused")
        for service in ("benefit", "card"):
            hall.manager.post(f"/api/v1/services/{service}/resume")
        expect(kiosk.locator("#state")).to_be_hidden(timeout=SLOW)


def test_with_the_printer_out_the_number_stays_on_the_screen_and_the_staff_are_told(
    hall: Hall, paper: FakePrinter, browser: Browser, kiosk: Page
) -> None:
    expect(kiosk.locator("html")).to_have_attribute("data-printer", "ok", timeout=SLOW)
    panel = staff_page(hall, browser, "officer", "/counter/1?language=en")
    desk = staff_page(hall, browser, "manager", "/desk/?language=en")
    paper.paper, slips = "out", len(paper.slips)
    stands(kiosk, "printer")
    expect(panel.locator("#help-call")).to_contain_text("out of paper", timeout=SLOW)
    expect(desk.locator("#strip")).to_contain_text("out of paper", timeout=SLOW)
    kiosk.locator("#state-go").click()
    kiosk.locator("li[data-key=benefit] .service").click()
    kiosk.locator("#take").click()
    # The number stays in sight with its QR, whatever else is the matter; no slip came out.
    expect(kiosk.locator(".ticket-number")).to_have_text(re.compile(r"^A\d{3}$"))
    expect(kiosk.locator(".ticket-follow img")).to_be_visible()
    expect(kiosk.locator("#state")).to_be_hidden()
    assert len(paper.slips) == slips
    kiosk.locator("#done").click()
    stands(kiosk, "printer")
    paper.paper = "full"
    expect(kiosk.locator("html")).to_have_attribute("data-printer", "ok", timeout=SLOW)
    expect(panel.locator("#help-call")).to_be_hidden(timeout=SLOW)
    panel.context.close(), desk.context.close()


def test_cut_off_the_kiosk_offers_nothing_and_comes_back_by_itself(browser: Browser, tmp_path: Path) -> None:
    with new_hall(tmp_path / "data", "eventlet") as hall, at_kiosk(hall, browser) as kiosk:
        # A dead cable says nothing at all: the server's process is stopped, and so are its pings.
        hall.server.process.send_signal(signal.SIGSTOP)
        try:
            stands(kiosk, "offline")
            expect(kiosk.locator("#state-words")).to_contain_text(say("en", "kiosk.state.offline_do"))
            expect(kiosk.locator("#choose")).to_have_attribute("inert", "")
            expect(kiosk.locator("#state-go")).to_be_hidden()
        finally:
            hall.server.process.send_signal(signal.SIGCONT)
        expect(kiosk.locator("html")).to_have_attribute("data-connection", "connected", timeout=SLOW)
        # Nobody prints for this kiosk: of that it tells now, and can be used.
        stands(kiosk, "printer")
        kiosk.locator("#state-go").click()
        expect(kiosk.locator("#choose")).not_to_have_attribute("inert", "")


# -- calls for staff -----------------------------------------------------------------------------------------------


def test_a_visitor_calls_and_sees_that_somebody_comes(hall: Hall, browser: Browser, kiosk: Page) -> None:
    reception = staff_page(hall, browser, "officer", "/counter/reception?language=en")
    desk = staff_page(hall, browser, "manager", "/desk/?language=en")
    kiosk.locator("#call-staff").click()
    line = kiosk.locator("#called-words")
    expect(line).to_contain_text(say("th", "kiosk.called"))
    expect(line).to_contain_text(say("en", "kiosk.called"))
    expect(desk.locator("#strip")).to_contain_text("A visitor at kiosk-1 asked for staff", timeout=SLOW)
    expect(reception.locator("#help-words")).to_contain_text("kiosk-1", timeout=SLOW)
    reception.locator("[data-answer-kiosk]").click()
    expect(line).to_contain_text(say("th", "kiosk.called_coming"), timeout=SLOW)
    expect(desk.locator("#strip")).to_contain_text("officer1", timeout=SLOW)
    expect(reception.locator("[data-answer-kiosk]")).to_be_hidden(timeout=SLOW)
    kiosk.locator("#called-over").click()
    expect(kiosk.locator("#called")).to_be_hidden()
    expect(reception.locator("#help-call")).to_be_hidden(timeout=SLOW)

    kiosk.locator("#call-staff").click()
    desk.get_by_role("button", name=say("en", "desk.i_am_coming")).click(timeout=SLOW)
    expect(line).to_contain_text(say("th", "kiosk.called_coming"), timeout=SLOW)
    kiosk.locator("#called-over").click()
    expect(kiosk.locator("#called")).to_be_hidden()
    reception.context.close(), desk.context.close()


# -- the staff's menu ----------------------------------------------------------------------------------------------


def test_the_corner_held_for_three_seconds_opens_the_menu_and_a_short_touch_does_not(
    hall: Hall, browser: Browser
) -> None:
    with at_kiosk(hall, browser, clock=True) as kiosk:
        for held, opens in ((2500, False), (3100, True)):
            kiosk.mouse.move(10, 10)
            kiosk.mouse.down()
            kiosk.clock.run_for(held)
            kiosk.mouse.up()
            expect(kiosk.locator("#staff")).to_be_visible() if opens else expect(kiosk.locator("#staff")).to_be_hidden()
        # Elsewhere it opens nothing.
        kiosk.locator("#staff-leave").click()
        expect(kiosk.locator("#staff")).to_be_hidden()
        kiosk.mouse.move(500, 900)
        kiosk.mouse.down()
        kiosk.clock.run_for(3500)
        kiosk.mouse.up()
        expect(kiosk.locator("#staff")).to_be_hidden()


def test_the_menu_prints_a_test_slip_notes_the_roll_and_rings(hall: Hall, paper: FakePrinter, kiosk: Page) -> None:
    kiosk.keyboard.press("Control+Alt+KeyS")
    kiosk.get_by_role("button", name="officer2").click()
    kiosk.keyboard.type("9999")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#staff-refusal")).to_be_visible(timeout=SLOW)
    expect(kiosk.locator("#staff-menu")).to_be_hidden()
    expect(kiosk.locator("#staff-digits")).to_have_value("")
    kiosk.keyboard.press("Escape")
    expect(kiosk.locator("#staff")).to_be_hidden()

    open_menu(kiosk)
    slips, before = len(paper.slips), hall.kiosk.take()["number"]
    kiosk.locator("#staff-roll").click()
    expect(kiosk.locator("#staff-roll-told")).to_contain_text("700")
    kiosk.locator("#staff-sample").click()
    expect(kiosk.locator("#staff-sample-told")).to_have_text(say("th", "kiosk.staff.sample.printed"), timeout=SLOW)
    assert len(paper.slips) > slips
    assert int(hall.kiosk.take()["number"][1:]) == int(before[1:]) + 1
    hall.kiosk.give_back()

    expect(kiosk.locator("#staff-volume")).to_have_text("70 %")
    kiosk.evaluate(
        "() => { window.rings = 0; const start = OscillatorNode.prototype.start;"
        "OscillatorNode.prototype.start = function (...at) { window.rings += 1; return start.apply(this, at) } }"
    )
    kiosk.locator("#staff-softer").click()
    kiosk.locator("#staff-softer").click()
    expect(kiosk.locator("#staff-volume")).to_have_text("50 %")
    kiosk.wait_for_function("window.rings > 0")
    with kiosk.expect_navigation():  # its settings changed: the page is drawn anew, as soon as nobody is at it
        kiosk.locator("#staff-leave").click()
    expect(kiosk.locator("html")).to_have_attribute("data-connection", "connected", timeout=SLOW)
    settings = [one["settings"] for one in hall.manager.get("/api/v1/screens").json() if one["name"] == "kiosk-1"]
    assert settings[0]["volume"] == 50
    hall.manager.put("/api/v1/screens/kiosk-1", json={"settings": {"volume": 70}})


def test_a_paused_kiosk_lets_nobody_past_but_the_staff(hall: Hall, kiosk: Page) -> None:
    open_menu(kiosk)
    kiosk.locator("#staff-pause").click()
    expect(kiosk.locator("#staff-pause")).to_contain_text(say("th", "kiosk.staff.resume"))
    kiosk.locator("#staff-leave").click()
    stands(kiosk, "paused")
    expect(kiosk.locator("#state-foot button:visible")).to_have_count(0)
    open_menu(kiosk)
    kiosk.locator("#staff-pause").click()
    expect(kiosk.locator("#staff-pause")).to_contain_text(say("th", "kiosk.staff.pause"))
    kiosk.locator("#staff-leave").click()
    expect(kiosk.locator("#state")).to_be_hidden(timeout=SLOW)


def test_the_menu_left_alone_closes_and_nothing_of_it_is_left(hall: Hall, browser: Browser) -> None:
    with at_kiosk(hall, browser, clock=True) as kiosk:
        open_menu(kiosk)
        kiosk.clock.run_for(59_000)
        expect(kiosk.locator("#staff")).to_be_visible()
        kiosk.clock.run_for(2000)
        expect(kiosk.locator("#staff")).to_be_hidden()
        assert {one["name"] for one in kiosk.context.cookies()} == {"sala_screen"}
        assert kiosk.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0
        # Whoever comes next is asked for a PIN again.
        kiosk.keyboard.press("Control+Alt+KeyS")
        expect(kiosk.locator("#staff-who")).to_be_visible()
        expect(kiosk.locator("#staff-menu")).to_be_hidden()


def test_for_a_minute_of_cleaning_nothing_is_touched_and_then_it_comes_back(hall: Hall, browser: Browser) -> None:
    with at_kiosk(hall, browser, clock=True) as kiosk:
        open_menu(kiosk)
        kiosk.locator("#staff-clean").click()
        expect(kiosk.locator("#cleaning-left")).to_have_text("60")
        service = kiosk.locator("li[data-key=benefit] .service")
        box = service.bounding_box()
        assert box
        for second in (1, 30):
            kiosk.clock.run_for(second * 1000)
            kiosk.mouse.click(box["x"] + 20, box["y"] + 20)
            kiosk.touchscreen.tap(box["x"] + 20, box["y"] + 20)
            kiosk.keyboard.press("Enter"), kiosk.keyboard.press("Escape"), kiosk.keyboard.press("Control+Alt+KeyS")
            expect(kiosk.locator("#cleaning")).to_be_visible()
            expect(kiosk.locator("#prepare")).to_be_hidden()
            expect(kiosk.locator("#staff")).to_be_hidden()
        expect(kiosk.locator("#cleaning-left")).to_have_text("29")
        kiosk.clock.run_for(29_000)
        expect(kiosk.locator("#cleaning")).to_be_hidden()
        service.click()
        expect(kiosk.locator("#prepare")).to_be_visible()


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("language", ["th", "en"])
def test_every_target_of_the_menu_is_20_mm_and_in_sight(
    hall: Hall, browser: Browser, panel: str, language: str
) -> None:
    with at_kiosk(hall, browser, panel) as kiosk:
        width, height = PANELS[panel]
        finger = 20 * (width**2 + height**2) ** 0.5 / DIAGONAL_MM
        kiosk.keyboard.press("Control+Alt+KeyS")
        kiosk.locator(f"#staff [data-speaks={language}]").click()
        expect(kiosk.locator("#staff-names button")).to_have_count(10)
        for part in ("#staff-who", "#staff-pin", "#staff-menu"):
            if part == "#staff-pin":
                kiosk.get_by_role("button", name="officer2").click()
            if part == "#staff-menu":
                kiosk.keyboard.type(PIN)
                kiosk.keyboard.press("Enter")
                expect(kiosk.locator("#staff-kiosk")).to_have_text("kiosk-1", timeout=SLOW)
            for button in kiosk.locator("#staff button:visible").all():
                expect(button).to_be_in_viewport(ratio=1)
                box = button.bounding_box()
                assert box and min(box["width"], box["height"]) >= finger - 0.5, button.inner_text()
        kiosk.keyboard.press("Escape")


# -- hardening -----------------------------------------------------------------------------------------------------

PREVENTED = """([kind, type, init]) => {
  const event = new window[kind](type, { bubbles: true, cancelable: true, ...init });
  return !document.querySelector("#choose h1").dispatchEvent(event);
}"""


def test_nobody_marks_zooms_drags_prints_or_leaves(hall: Hall, kiosk: Page) -> None:
    def prevented(kind: str, sign: str, **told: Any) -> bool:
        return bool(kiosk.evaluate(PREVENTED, [kind, sign, told]))

    for key in ("F1", "F5", "F11", "F12", "BrowserBack", "ContextMenu"):
        assert prevented("KeyboardEvent", "keydown", key=key), key
    for key in ("p", "r", "+", "-", "0", "l", "n", "s", "u", "f"):
        assert prevented("KeyboardEvent", "keydown", key=key, ctrlKey=True), key
    for key in ("ArrowLeft", "ArrowRight", "Home"):
        assert prevented("KeyboardEvent", "keydown", key=key, altKey=True), key
    for key in ("Tab", "Enter", "a", "ก"):
        assert not prevented("KeyboardEvent", "keydown", key=key), key
    for sign in ("contextmenu", "selectstart", "dragstart", "drop"):
        assert prevented("Event", sign), sign
    assert prevented("WheelEvent", "wheel", ctrlKey=True)
    assert not prevented("WheelEvent", "wheel")
    for button in (1, 2, 3, 4):
        assert prevented("MouseEvent", "mouseup", button=button)

    # And by the browser itself: nothing of it does anything.
    address, scale = kiosk.url, kiosk.evaluate("devicePixelRatio")
    kiosk.evaluate("window.still = true; window.print()")
    for keys in ("F5", "Control+r", "Control+p", "Alt+ArrowLeft", "Control+Equal", "Control+Minus", "F12"):
        kiosk.keyboard.press(keys)
    kiosk.locator("#choose h1").dblclick()
    assert kiosk.evaluate("String(getSelection())") == ""
    kiosk.evaluate("history.back()")
    kiosk.locator("li[data-key=benefit] .service").click()
    expect(kiosk.locator("#prepare")).to_be_visible()
    assert kiosk.evaluate("window.still") and kiosk.url == address
    assert kiosk.evaluate("devicePixelRatio") == scale
    kiosk.evaluate(
        "const a = document.createElement('a'); a.href = '/'; a.id = 'out'; document.body.append(a); a.click()"
    )
    assert kiosk.url == address
    style = "getComputedStyle(document.documentElement).getPropertyValue('touch-action')"
    assert kiosk.evaluate(style) == "pan-x pan-y"
    assert kiosk.evaluate("[...document.querySelectorAll('input')].every((one) => one.autocomplete === 'off')")
