"""A camera-less scanner at the kiosk, in a real browser: right whatever keyboard layout is active and whatever is open.

The keys are the browser's own input events, each with its place (`code`) and the time at which it was pressed, so that
a slow machine changes nothing. Not here: what is a scan and what typing (tests/scripts/scan.test.js).
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hall_server.texts import say
from tests.serving import Caller, Server, serving
from tests.test_kiosk_panels import time_passes
from tests.test_kiosk_walks import FINGER, NUMBER, SMALL
from tests.test_languages import SPEAKING
from tests.test_walks import KIOSK, SLOW

# An American keyboard, row by row, and the signs that the same keys give on a Thai one (Kedmanee).
CODES = (
    ["Backquote", *(f"Digit{n}" for n in "1234567890"), "Minus", "Equal"]
    + [f"Key{letter}" for letter in "QWERTYUIOP"]
    + ["BracketLeft", "BracketRight", "Backslash"]
    + [f"Key{letter}" for letter in "ASDFGHJKL"]
    + ["Semicolon", "Quote"]
    + [f"Key{letter}" for letter in "ZXCVBNM"]
    + ["Comma", "Period", "Slash"]
)
PLAIN = "`1234567890-=" + "qwertyuiop[]\\" + "asdfghjkl;'" + "zxcvbnm,./"
SHIFTED = "~!@#$%^&*()_+" + "QWERTYUIOP{}|" + 'ASDFGHJKL:"' + "ZXCVBNM<>?"
THAI_PLAIN = "_ๅ/-ภถุึคตจขช" + "ๆไำพะัีรนยบลฃ" + "ฟหกดเ้่าสวง" + "ผปแอิืทมใฝ"
THAI_SHIFTED = "%+๑๒๓๔ู฿๕๖๗๘๙" + '๐"ฎฑธํ๊ณฯญฐ,ฅ' + "ฤฆฏโฌ็๋ษศซ." + "()ฉฮฺ์?ฒฬฦ"
GAP_S = 0.006
SHIFT = 8
FINGER_SMALL = 92  # px: 20 mm on a panel of 10.1 inches


def key_of(sign: str, layout: str) -> tuple[str, str, bool]:
    """The key's place, the sign that the page is told, and whether Shift is down."""
    if sign == " ":
        return "Space", " ", False
    shift = sign in SHIFTED
    at = (SHIFTED if shift else PLAIN).index(sign)
    told = {"us": sign, "caps": sign.swapcase(), "thai": (THAI_SHIFTED if shift else THAI_PLAIN)[at]}[layout]
    return CODES[at], told, shift


def scan(
    page: Page, text: str, layout: str = "us", end: str = "Enter", gap_s: float = GAP_S, at: float | None = None
) -> None:
    """As a scanner types, from a moment on or from now: each sign and the end so many seconds after the last."""
    line = page.context.new_cdp_session(page)
    at = at or datetime.now(UTC).timestamp()

    def press(code: str, key: str, text: str, shift: bool) -> None:
        nonlocal at
        at += gap_s
        event: dict[str, Any] = {"code": code, "key": key, "modifiers": SHIFT * shift, "timestamp": at}
        line.send("Input.dispatchKeyEvent", event | {"type": "keyDown", "text": text})
        line.send("Input.dispatchKeyEvent", event | {"type": "keyUp"})

    for sign in text:
        code, key, shift = key_of(sign, layout)
        press(code, key, key, shift)
    press(end, end, "\r" if end == "Enter" else "", False)
    line.detach()


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("scanner")
    (folder / "centre.toml").write_text(SPEAKING, "utf-8")
    options = ("--centre", str(folder / "centre.toml"), "--public-url", "http://queue.hall")
    with serving(folder / "data", "eventlet", *options) as server:
        yield server


@pytest.fixture
def taker(hall: Server) -> Iterator[Caller]:
    """Who takes tickets at the kiosk, and gives back those that are left."""
    with Caller(hall.url()) as caller:
        yield caller
        caller.give_back()


@pytest.fixture
def manager(hall: Server) -> Iterator[Caller]:
    with Caller(hall.url()) as caller:
        yield caller.sign_in("manager", "1234")


@pytest.fixture
def kiosk(hall: Server, browser: Browser) -> Iterator[Page]:
    faults: list[str] = []
    context = browser.new_context(viewport=KIOSK)  # type: ignore[arg-type]
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    page = context.new_page()
    page.set_default_timeout(SLOW)
    page.goto(f"{hall.url()}/kiosk/")
    expect(page.locator("html")).to_have_attribute("data-connection", "connected", timeout=SLOW)
    yield page
    context.close()
    assert not faults


def url_of(ticket: Any) -> str:
    return f"http://queue.hall/t/{ticket['token']}"


def booked(manager: Caller, code: str) -> str:
    body = {"services": ["sso-old-age"], "at": datetime.now(UTC).isoformat(), "code": code}
    assert manager.post("/api/v1/bookings", json=body, headers={"Idempotency-Key": code}).status_code == 201
    return code


def has_number(kiosk: Page) -> None:
    """The number's page is there, and then the first step again."""
    expect(kiosk.locator("#ticket .ticket-number")).to_have_text(NUMBER)
    kiosk.locator("#done").click()
    expect(kiosk.locator("#choose")).to_be_visible()


@pytest.mark.parametrize("layout", ["thai", "us", "caps"])
def test_a_slip_that_is_scanned_shows_its_place_whatever_the_keyboard(kiosk: Page, taker: Caller, layout: str) -> None:
    ahead, mine = taker.take("sso-join"), taker.take("sso-join")
    kiosk.evaluate("document.documentElement.requestFullscreen()")
    scan(kiosk, url_of(mine), layout)
    expect(kiosk.locator("#place-number")).to_have_text(mine["number"])
    expect(kiosk.locator("#place-state")).to_have_text(say("th", "ticket.state.waiting"))
    expect(kiosk.locator("#place-ahead")).to_have_text(say("th", "kiosk.ahead.one", n=1))
    # What the keys said on their way opened nothing, and is nowhere.
    expect(kiosk.locator("#choose")).to_be_visible()
    assert kiosk.locator("#code").input_value() == ""
    kiosk.locator("#place-done").click()
    expect(kiosk.locator("#place")).to_be_hidden()
    scan(kiosk, url_of(ahead), layout, end="Tab")
    expect(kiosk.locator("#place-ahead")).to_have_text(say("th", "kiosk.ahead.none"))


@pytest.mark.parametrize("layout", ["thai", "us", "caps"])
def test_a_bookings_code_that_is_scanned_is_its_ticket(kiosk: Page, manager: Caller, layout: str) -> None:
    scan(kiosk, booked(manager, f"Scan-{layout}_2"), layout)
    has_number(kiosk)


def with_clock(kiosk: Page) -> None:
    kiosk.clock.install()
    kiosk.reload()
    expect(kiosk.locator("html")).to_have_attribute("data-connection", "connected", timeout=SLOW)


def pause(kiosk: Page) -> None:
    """The page's own clock tells keys their time too: while it stands still, they have none between them."""
    kiosk.clock.pause_at(kiosk.evaluate("Date.now()") / 1000 + 1)


def ask_whether_here(kiosk: Page) -> None:
    """The warning that the kiosk starts over stands open and counts."""
    with_clock(kiosk)
    kiosk.locator("#open-search").click()
    time_passes(kiosk, 46)
    expect(kiosk.locator("#idle")).to_be_visible()
    pause(kiosk)


def search(kiosk: Page) -> None:
    kiosk.locator("#open-search").click()
    kiosk.locator("#query").fill("ว่างงาน")


def regret(kiosk: Page) -> None:
    scan(kiosk, "http://elsewhere.example/")
    expect(kiosk.locator("#problem")).to_be_visible()


def type_a_code(kiosk: Page) -> None:
    kiosk.locator("#have-booking").click()
    kiosk.locator("#code").fill("HALF")


def prepare(kiosk: Page) -> None:
    card = kiosk.locator("#agencies .service").first
    (card if card.is_visible() else kiosk.locator("#tiles .tile").first).click()


def look_at_a_place(kiosk: Page) -> None:
    with Caller(kiosk.url.partition("/kiosk")[0]) as taker:
        scan(kiosk, url_of(taker.take("sso-join")))
    expect(kiosk.locator("#place")).to_be_visible()


WHEREVER = (ask_whether_here, search, regret, type_a_code, prepare, look_at_a_place)


@pytest.mark.parametrize("somewhere", WHEREVER, ids=lambda one: one.__name__)
def test_a_scan_is_heard_wherever_the_visitor_is(
    kiosk: Page, manager: Caller, somewhere: Callable[[Page], None]
) -> None:
    code = booked(manager, f"at-{somewhere.__name__}")
    kiosk.reload()
    somewhere(kiosk)
    scan(kiosk, code, "thai")
    expect(kiosk.locator("dialog[open]")).to_have_count(0)
    has_number(kiosk)


def test_what_a_scan_typed_into_a_field_is_taken_out_again(kiosk: Page, taker: Caller) -> None:
    search(kiosk)
    mine = taker.take("sso-join")
    scan(kiosk, url_of(mine), "thai")
    expect(kiosk.locator("#place-number")).to_have_text(mine["number"])
    assert kiosk.locator("#query").input_value() == "ว่างงาน"
    assert kiosk.locator("#found .service").count() > 0
    kiosk.locator("#place-done").click()
    expect(kiosk.locator("#search")).to_be_visible()


def test_a_scan_on_a_slow_machine_leaves_no_step_that_it_opened(kiosk: Page, manager: Caller, taker: Caller) -> None:
    """Between two keys, fast by their own time, the page's time for typing runs out."""
    booked(manager, "slow-machine")
    kiosk.reload()
    expect(kiosk.locator("#have-booking")).to_be_visible()
    mine = taker.take("sso-join")
    began = datetime.now(UTC).timestamp()
    scan(kiosk, "ht", end="KeyT", at=began)
    expect(kiosk.locator("#check-in")).to_be_visible()
    scan(kiosk, url_of(mine).removeprefix("htt"), at=began + 0.05)
    expect(kiosk.locator("#place-number")).to_have_text(mine["number"])
    expect(kiosk.locator("#choose")).to_be_visible()
    assert kiosk.locator("#code").input_value() == ""


def test_the_enter_of_a_scan_presses_nothing(kiosk: Page, taker: Caller) -> None:
    kiosk.locator("#open-search").focus()
    mine = taker.take("sso-join")
    scan(kiosk, url_of(mine))
    expect(kiosk.locator("#place-number")).to_have_text(mine["number"])
    scan(kiosk, "a text with spaces in it")
    expect(kiosk.locator("#problem")).to_be_visible()
    expect(kiosk.locator("#choose")).to_be_visible()
    assert kiosk.locator("#search").is_hidden()


@pytest.mark.parametrize("language", ["th", "en", "my"])
@pytest.mark.parametrize("scanned", ["http://elsewhere.example/menu?table=4", "WIFI:S:cafe;T:WPA;P:secret;;"])
def test_a_strangers_code_is_answered_in_a_sentence(kiosk: Page, language: str, scanned: str) -> None:
    kiosk.locator(f"button[data-language={language}]").click()
    scan(kiosk, scanned, "thai")
    expect(kiosk.locator("#problem-detail")).to_have_text(say(language, "kiosk.scan.unknown"))


def test_a_slip_or_a_booking_that_the_hall_does_not_know_is_told_so(kiosk: Page) -> None:
    scan(kiosk, "http://queue.hall/t/20261120-A001-ABCDEFGHJKMNPQRSTVWXYZ")
    expect(kiosk.locator("#problem-detail")).to_have_text(say("th", "refusal.unknown-ticket"))
    scan(kiosk, "8850123456789")
    # It may have been meant for either.
    expect(kiosk.locator("#problem-detail")).to_have_text(say("th", "kiosk.scan.unknown_code", code="8850123456789"))
    scan(kiosk, "HELLO-THERE")
    expect(kiosk.locator("#problem-detail")).to_have_text(say("th", "kiosk.scan.unknown_code", code="HELLO-THERE"))


def test_a_place_is_told_in_the_language_of_its_ticket_and_the_kiosk_speaks_thai_again(
    kiosk: Page, taker: Caller
) -> None:
    scan(kiosk, url_of(taker.take("sso-join", language="my")), "thai")
    expect(kiosk.locator("#place-state")).to_have_text(say("my", "ticket.state.waiting"))
    kiosk.locator("#place-done").click()
    expect(kiosk.locator("html")).to_have_attribute("lang", "th")


def test_a_ticket_can_be_cancelled_after_a_question(kiosk: Page, taker: Caller) -> None:
    mine = taker.take("sso-join")
    scan(kiosk, url_of(mine))
    kiosk.locator("#place-cancel").click()
    expect(kiosk.locator("#place-sure-words")).to_have_text(say("th", "ticket.cancel_sure", number=mine["number"]))
    kiosk.locator("#place-no").click()
    expect(kiosk.locator("#place-state")).to_have_text(say("th", "ticket.state.waiting"))
    kiosk.locator("#place-cancel").click()
    kiosk.locator("#place-yes").click()
    expect(kiosk.locator("#place-state")).to_have_text(say("th", "ticket.state.cancelled"))
    expect(kiosk.locator("#place-cancel")).to_be_hidden()


def test_who_is_called_sees_where_to_go_and_who_did_not_come_may_come_back(
    hall: Server, kiosk: Page, taker: Caller
) -> None:
    mine = taker.take("sso-join")
    with Caller(hall.url()) as officer:
        officer.sign_in("officer1", "1234")
        counter = "2"
        while officer.press(counter, "next", current="finished")["ticket"]["number"] != mine["number"]:
            pass
        scan(kiosk, url_of(mine))
        expect(kiosk.locator("#place-counter")).to_have_text(f"{say('th', 'ticket.go_to')} {counter}")
        expect(kiosk.locator("#place-ahead")).to_be_hidden()
        officer.press(counter, "no-show")
        scan(kiosk, url_of(mine), "thai")
        expect(kiosk.locator("#place-state")).to_have_text(say("th", "ticket.state.absent"))
        kiosk.locator("#place-back").click()
        expect(kiosk.locator("#place-state")).to_have_text(say("th", "ticket.state.waiting"))
        officer.press(counter, "close")


def test_a_place_does_not_stay_on_the_screen(kiosk: Page, taker: Caller) -> None:
    with_clock(kiosk)
    pause(kiosk)
    scan(kiosk, url_of(taker.take("sso-join")))
    expect(kiosk.locator("#place")).to_be_visible()
    time_passes(kiosk, 31)
    expect(kiosk.locator("#place")).to_be_hidden()


def test_a_code_that_is_typed_by_hand_opens_its_field(kiosk: Page, manager: Caller) -> None:
    booked(manager, "byhand22")
    kiosk.reload()
    expect(kiosk.locator("#have-booking")).to_be_visible()
    scan(kiosk, "by", gap_s=0.2, end="KeyH")
    expect(kiosk.locator("#check-in")).to_be_visible()
    expect(kiosk.locator("#code")).to_have_value(re.compile("^BY"))


def test_a_scan_is_no_pin_of_the_staff(kiosk: Page, taker: Caller) -> None:
    asked: list[str] = []
    kiosk.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    kiosk.keyboard.press("Control+Alt+s")
    kiosk.locator("#staff-names [data-name]").first.click()
    expect(kiosk.locator("#staff-digits")).to_be_focused()
    scan(kiosk, url_of(taker.take("sso-join")), "thai")
    expect(kiosk.locator("#staff-pin")).to_be_visible()
    assert kiosk.locator("#staff-digits").input_value() == ""
    assert not [one for one in asked if one.startswith("POST") or "/tickets/" in one]
    # Digits are a PIN, however fast they come: a keypad of the staff's own may send them.
    scan(kiosk, "1234")
    expect(kiosk.locator("#staff-menu")).to_be_visible()
    assert len([one for one in asked if one.startswith("POST") and one.endswith("/kiosk/staff")]) == 1


def test_while_all_are_to_leave_nothing_is_scanned(kiosk: Page, manager: Caller, taker: Caller) -> None:
    mine, asked = taker.take("sso-join"), list[str]()
    kiosk.on("request", lambda request: asked.append(request.url))
    assert manager.post("/api/v1/evacuation", json={"on": True}).status_code == 200
    expect(kiosk.locator("#evacuation")).to_be_visible()
    scan(kiosk, url_of(mine))
    # What is asked after it has been asked: nothing was before.
    kiosk.evaluate("fetch('/healthz').then(() => null)")
    assert asked[-1].endswith("/healthz") and not [one for one in asked if "/tickets/" in one]
    assert kiosk.locator("dialog[open]").count() == 0
    assert manager.post("/api/v1/evacuation", json={"on": False}).status_code == 200
    expect(kiosk.locator("#evacuation")).to_be_hidden()
    assert kiosk.locator("dialog[open]").count() == 0


@pytest.mark.parametrize("language", ["th", "en", "my"])
@pytest.mark.parametrize("panel", [KIOSK, {"width": 1920, "height": 1080}, SMALL], ids=["high", "wide", "small"])
def test_a_place_is_whole_on_every_panel(
    hall: Server, kiosk: Page, taker: Caller, panel: dict[str, int], language: str
) -> None:
    kiosk.set_viewport_size(panel)  # type: ignore[arg-type]
    small = panel == SMALL
    kiosk.goto(f"{hall.url()}/kiosk/?diagonal={10.1 if small else 21.5}")
    scan(kiosk, url_of(taker.take("sso-old-age", language=language)))
    expect(kiosk.locator("#place-number")).to_be_visible()
    # All the lines that any state has.
    for line, text in {"wait": say(language, "kiosk.wait", wait="45–60"), "way": "A · B", "counter": "1"}.items():
        kiosk.locator(f"#place-{line}").evaluate(
            "(line, text) => Object.assign(line, {hidden: false, innerText: text})", text
        )
    for asked in (False, True):
        if asked:
            kiosk.locator("#place-cancel").click()
        card = kiosk.locator("#place").bounding_box()
        assert card and card["y"] >= 0 and card["y"] + card["height"] <= panel["height"]
        hidden = kiosk.locator("#place").evaluate("card => card.scrollHeight - card.clientHeight")
        assert hidden <= 1, "nothing has to be scrolled to"
        for button in kiosk.locator("#place button:visible").all():
            box = button.bounding_box()
            assert box and min(box["width"], box["height"]) >= (FINGER_SMALL if small else FINGER) - 1
