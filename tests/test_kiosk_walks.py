"""The kiosk in a real browser: one ticket for several services, a booking checked in, and everybody out.

Not here: the whole visit of one service (test_walks.py), what single calls answer (test_kiosk.py, test_bookings.py).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from hall_server.texts import say
from tests.browser import SLOW, own_browser
from tests.serving import Caller, Server, serving
from tests.test_walks import BOARD, KIOSK, PHONE

NUMBER = re.compile(r"^[A-Z]\d{3}$")
# A browser with a voice for each language, which notes what it is given to say.
VOICES = """
const voice = (lang) => ({ lang, localService: true, name: lang, voiceURI: lang });
window.said = [];
window.SpeechSynthesisUtterance = class extends EventTarget {
  constructor(text) { super(); this.text = text; }
};
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [voice("th-TH"), voice("en-GB")],
  cancel: () => {},
  speak: (one) => { window.said.push(one.text); setTimeout(() => one.dispatchEvent(new Event("end")), 50); },
} });
"""
# The smallest panel that the kiosk is made for.
SMALL = {"width": 1024, "height": 600}
# Between two keys of whoever types well.
HAND_MS = 150
# So much is needed by a finger on a 21.5-inch panel; FACTS.md, "Sizes people need".
FINGER = 81


@pytest.fixture(scope="module")
def open_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A newcomer's hall."""
    with serving(tmp_path_factory.mktemp("kiosk") / "data", "eventlet") as server:
        yield server


@pytest.fixture
def manager(open_hall: Server) -> Iterator[Caller]:
    with Caller(open_hall.url()) as caller:
        yield caller.sign_in("manager", "1234")


@pytest.fixture
def kiosk(open_hall: Server, browser: Browser) -> Iterator[Page]:
    with own_browser(browser, **KIOSK) as context:
        page = context.new_page()
        page.goto(f"{open_hall.url()}/kiosk/")
        expect(page.locator("html")).to_have_attribute("data-connection", "connected", timeout=SLOW)
        yield page


def choose(kiosk: Page, service: str) -> None:
    """Touches the service's card; where the panel has no room for all of them, first its agency, on whichever page."""
    card = kiosk.locator(f"#agencies li[data-key='{service}'] .service")
    tile = kiosk.locator(f"#tiles li[data-key='{service.partition('-')[0]}'] .tile")
    for wanted in (tile, card) if kiosk.locator("#tiles").is_visible() else (card,):
        while not wanted.is_visible():
            kiosk.locator("#choose-pager .page-next").click()
        wanted.click()


def test_three_services_on_one_ticket(kiosk: Page) -> None:
    choose(kiosk, "sso-join")
    expect(kiosk.locator("#chosen")).to_be_hidden()
    for service in ("doe-jobs", "dsd-training", "sso-old-age"):
        kiosk.get_by_role("button", name=say("th", "kiosk.add")).click()
        expect(kiosk.get_by_role("heading", name=say("th", "kiosk.add_choose"))).to_be_visible()
        choose(kiosk, service)
    chips = kiosk.locator("#chosen li")
    expect(chips).to_have_count(4)
    # Back is the list again, without the last; no more, and what was chosen stands.
    kiosk.locator("#back").click()
    kiosk.locator("#add-no").click()
    expect(chips).to_have_count(3)
    # Each paper is asked for once.
    papers = kiosk.locator("#documents li").all_inner_texts()
    assert len(papers) == len(set(papers)) > 3
    chips.filter(has_text="หางานทำ").get_by_role("button").click()
    expect(chips).to_have_count(2)

    kiosk.locator("#take").click()
    expect(kiosk.locator(".ticket-number")).to_have_text(NUMBER)
    expect(kiosk.locator("#visit li")).to_have_text(["สมัครประกันสังคมเอง มาตรา 39 หรือ 40", "สมัครฝึกอาชีพ"])
    token = str(kiosk.locator("img[src$='qr.svg']").get_attribute("src")).split("/")[2]
    kiosk.set_viewport_size(PHONE)  # type: ignore[arg-type]
    kiosk.goto(kiosk.url.split("/kiosk")[0] + f"/t/{token}?language=en")
    expect(kiosk.locator("#legs li")).to_have_text([re.compile("section 39 or 40 now"), re.compile("training to come")])


@pytest.mark.parametrize("panel", [KIOSK, BOARD, SMALL], ids=["standing", "lying", "small"])
@pytest.mark.parametrize("language", ["th", "en"])
def test_nothing_of_several_services_is_cut_unsaid(kiosk: Page, language: str, panel: dict[str, int]) -> None:
    """Every priority is in sight at once; papers for which there is no room are on further pages, each on one."""
    kiosk.set_viewport_size(panel)  # type: ignore[arg-type]
    kiosk.locator(f".top [data-language={language}]").click()
    choose(kiosk, "sso-join")
    for service in ("doe-jobs", "dsd-training", "sso-old-age"):
        kiosk.locator("#add").click()
        choose(kiosk, service)
    for choice in kiosk.locator(".priority .choice").all():
        expect(choice).to_be_in_viewport(ratio=1)
    expect(kiosk.locator("#fact-waiting-for")).to_have_text(say(language, "kiosk.now_waiting_first"))
    expect(kiosk.locator("#fact-fee")).to_be_in_viewport(ratio=1)
    papers, further = kiosk.locator("#documents li, #forms li"), kiosk.locator("#prepare-pager .page-next")
    seen = list[str]()
    while True:
        seen += [paper.inner_text() for paper in papers.all() if paper.is_visible()]
        for paper in papers.all():
            if paper.is_visible():
                expect(paper).to_be_in_viewport(ratio=1)
        if not further.is_visible():
            break
        assert panel == SMALL
        further.click()
    assert sorted(seen) == sorted(papers.all_text_contents()) and len(seen) > 6


def test_a_booking_is_checked_in_by_finger_and_by_keyboard(kiosk: Page, manager: Caller) -> None:
    booked = kiosk.get_by_role("button", name=say("th", "kiosk.booking"))
    expect(booked).to_be_hidden()
    at = datetime.now(UTC).isoformat()
    for code in ("FINGER22", "TYPED-22"):
        body = {"services": ["sso-old-age"], "at": at, "code": code}
        assert manager.post("/api/v1/bookings", json=body, headers={"Idempotency-Key": code}).status_code == 201

    booked.click()
    expect(kiosk.locator("#code")).to_be_focused()
    for key in kiosk.locator(".key").all()[::7]:
        box = key.bounding_box()
        assert box and min(box["width"], box["height"]) >= FINGER
    for sign in "FINGER23":
        kiosk.get_by_role("button", name=sign, exact=True).click()
    take = kiosk.locator("#check-in-take")
    take.click()
    expect(kiosk.get_by_role("alert").filter(has_text="FINGER23")).to_be_visible()
    # What was typed is marked: mended from the end, it is taken.
    kiosk.get_by_role("button", name=say("th", "kiosk.delete")).click()
    kiosk.get_by_role("button", name="2", exact=True).click()
    expect(kiosk.locator("#code")).to_have_value("FINGER22")
    take.click()
    expect(kiosk.locator(".ticket-number")).to_have_text(NUMBER)
    expect(kiosk.locator(".ticket-booking")).to_contain_text("นัดไว้เวลา")
    first = kiosk.locator(".ticket-number").inner_text()
    kiosk.locator("#done").click()

    # On the first step whoever types begins a code. What types faster than a hand is a scanner: test_scanner_walks.py.
    kiosk.keyboard.type("typed-22", delay=HAND_MS)
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator(".ticket-number")).not_to_have_text(first)
    kiosk.locator("#done").click()
    kiosk.keyboard.type("FINGER22", delay=HAND_MS)
    kiosk.keyboard.press("Enter")
    expect(kiosk.get_by_role("alert").filter(has_text=first)).to_be_visible()


def test_everybody_out_is_on_every_screen_until_it_is_over(
    kiosk: Page, open_hall: Server, browser: Browser, manager: Caller
) -> None:
    board = browser.new_page(viewport=BOARD)  # type: ignore[arg-type]
    board.add_init_script(VOICES)
    board.goto(f"{open_hall.url()}/board/")
    # A browser that keeps its sound until somebody taps can be tapped also then.
    tap = board.locator("#sound")
    expect(board.get_by_role("heading", level=1, name=say("th", "board.title"))).to_be_attached()
    choose(kiosk, "sso-join")
    assert manager.post("/api/v1/evacuation", json={"on": True}).status_code == 200
    for screen in (kiosk, board):
        for language in ("th", "en"):
            words = screen.get_by_role("heading", name=say(language, "common.evacuation"))
            expect(words).to_be_visible(timeout=SLOW)
            expect(words).to_be_in_viewport()
    expect(tap).to_be_visible()
    sign, pill = board.locator(".evacuation-sign").bounding_box(), tap.bounding_box()
    assert sign and pill and pill["y"] + pill["height"] <= sign["y"], "the wish for sound covers no part of the way out"
    tap.click()
    for language in ("th", "en"):
        board.wait_for_function("words => window.said.includes(words)", arg=say(language, "common.evacuation_voice"))
    # Nothing beneath can be pressed, and a screen loaded now says it at once.
    expect(kiosk.locator("#take")).not_to_be_visible()
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(f"{open_hall.url()}/board/")
    expect(plain.locator("#evacuation")).to_be_visible()
    plain.context.close()
    manager.post("/api/v1/evacuation", json={"on": False})
    for screen in (kiosk, board):
        expect(screen.locator("#evacuation")).to_be_hidden(timeout=SLOW)
    choose(kiosk, "sso-join")
    expect(kiosk.locator("#take")).to_be_enabled()
    board.close()


def test_a_small_panel_holds_the_keys_of_a_code(kiosk: Page, manager: Caller) -> None:
    body = {"services": ["sso-old-age"], "at": datetime.now(UTC).isoformat()}
    manager.post("/api/v1/bookings", json=body, headers={"Idempotency-Key": "small-panel"})
    kiosk.set_viewport_size(SMALL)  # type: ignore[arg-type]
    for inches in (10.1, 21.5):
        kiosk.goto(kiosk.url.partition("?")[0] + f"?diagonal={inches}")
        kiosk.locator("#have-booking").click()
        for part in ("#code", "#check-in-back", "#check-in-take", ".key[data-sign='A']", ".key[data-sign='9']"):
            expect(kiosk.locator(part)).to_be_in_viewport(ratio=1)
        kiosk.locator("#code").fill("NOBODY22")
        kiosk.locator("#check-in-take").click()
        problem = kiosk.locator("#code-problem")
        expect(problem).to_be_in_viewport(ratio=1)
        said, last = problem.bounding_box(), kiosk.locator(".key[data-sign='9']").bounding_box()
        assert said and last and last["y"] + last["height"] <= SMALL["height"]
        assert said["x"] > last["x"] + last["width"] or said["y"] > last["y"] + last["height"]


def test_the_pages_are_read_by_name(kiosk: Page) -> None:
    """Each thing to press has a name: the keys, what takes a service off again, what erases a sign."""
    choose(kiosk, "sso-join")
    kiosk.locator("#add").click()
    choose(kiosk, "doe-jobs")
    name = say("th", "kiosk.remove", name="หางานทำ สมัครงาน")
    expect(kiosk.get_by_role("button", name=name)).to_be_visible()
