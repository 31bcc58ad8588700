"""A further language where a visitor meets it: Burmese on the kiosk, the slip and the phone, and the letters it needs.

Not here: what the language files hold (test_texts.py), and what a visit is in Thai and English (test_walks.py).
"""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageChops
from playwright.sync_api import BrowserContext, Page, Request, expect

import queue_core
from hall_server import slip_words, texts
from hall_server.texts import say
from hardware import slips
from hardware.errors import FontsMissing
from queue_core.centre_file import read
from run import read_centre
from tests.halls import Day
from tests.serving import Caller, Server, serving
from tests.test_kiosk_walks import choose
from tests.test_walks import BOARD, KIOSK, connected, wait_for_slip

SAMPLE = (Path(queue_core.__file__).parent / "samples" / "centre.toml").read_text("utf-8")
SPEAKING = re.sub(r"(?m)^languages = .*$", 'languages = ["th", "en", "my"]', SAMPLE)
SMALL = {"width": 1024, "height": 600}
PHONES = ({"width": 360, "height": 740}, {"width": 390, "height": 844})
BURMESE = re.compile("[\u1000-\u109f]")
OUR_FONT = re.compile(r"noto-sans-myanmar-\d+\.woff2")


@pytest.fixture(scope="module")
def speaking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The sample centre, with Burmese among its languages."""
    folder = tmp_path_factory.mktemp("speaking")
    (folder / "centre.toml").write_text(SPEAKING, "utf-8")
    with serving(folder / "data", "eventlet", "--centre", str(folder / "centre.toml")) as server:
        yield server


def page(context: BrowserContext, address: str, size: dict[str, int]) -> Page:
    opened = context.new_page()
    opened.set_viewport_size(size)  # type: ignore[arg-type]
    opened.goto(address)
    return opened


def a_ticket(hall: Server, language: str = "my") -> Any:
    with Caller(hall.url()) as kiosk:
        return kiosk.take("sso-join", language=language)


def lettered(screen: Page) -> None:
    """Waits until the fonts that the page asked for are here, and drawn with."""
    screen.evaluate(
        """async () => {
          const drawn = () => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));
          await drawn();
          await document.fonts.ready;
          await drawn();
        }"""
    )


def drawn_by(screen: Page, selector: str) -> dict[tuple[str, bool], int]:
    """How many letters of an element each font really draws; and whether it is one that the page brought."""
    devtools = screen.context.new_cdp_session(screen)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    node = devtools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    used = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {(font["familyName"], font["isCustomFont"]): font["glyphCount"] for font in used}


def stays_within(screen: Page) -> bool:
    """Whether nothing sticks out sideways, of the page or of anything to press."""
    return bool(
        screen.evaluate(
            """() => document.body.scrollWidth <= document.body.clientWidth + 1
              && [...document.querySelectorAll("button, h1, .choice")].filter((one) => one.checkVisibility())
                .every((one) => one.scrollWidth <= one.clientWidth + 1)"""
        )
    )


# -- a visit -------------------------------------------------------------------------------------------------------


def test_a_visit_in_burmese_from_the_kiosk_by_the_slip_to_the_phone(speaking: Server, context: BrowserContext) -> None:
    kiosk = page(context, f"{speaking.url()}/kiosk/", KIOSK)
    connected(kiosk)
    languages = kiosk.get_by_role("group", name=say("th", "common.languages"))
    expect(languages.get_by_role("button")).to_have_text(["ไทย", "English", "မြန်မာ"])
    assert [one.get_attribute("lang") for one in languages.get_by_role("button").all()] == ["th", "en", "my"]
    expect(kiosk.locator("[data-drafts]")).to_be_hidden()

    languages.get_by_role("button", name="မြန်မာ").click()
    expect(kiosk.locator("html")).to_have_attribute("lang", "my")
    expect(kiosk.get_by_role("button", name="မြန်မာ")).to_have_attribute("aria-pressed", "true")
    expect(kiosk.get_by_text(say("my", "common.draft"))).to_be_visible()
    expect(kiosk.get_by_role("heading", name=say("my", "kiosk.choose"))).to_be_visible()
    choose(kiosk, "sso-join")
    kiosk.get_by_role("button", name=say("my", "kiosk.take")).click()
    number = kiosk.locator(".ticket-number")
    expect(number).to_have_text(re.compile(r"^[A-Z]\d{3}$"))
    expect(kiosk.get_by_text(say("my", "kiosk.take_slip"), exact=True)).to_be_visible()

    slip = Image.open(wait_for_slip(speaking.folder / "slips", number.inner_text(), kiosk))
    (code,) = zxingcpp.read_barcodes(slip.convert("L"))
    with Caller(speaking.url()) as holder:
        ticket = holder.ticket(code.text.rsplit("/", 1)[1])
    assert (ticket["number"], ticket["language"]) == (number.inner_text(), "my")
    assert _same(slip, slips.render(_in_burmese(ticket, code.text), slip.width))

    phone = page(context, code.text, PHONES[0])
    expect(phone.locator("html")).to_have_attribute("lang", "my")
    expect(phone.get_by_role("heading", name=say("my", "ticket.state.waiting"))).to_be_visible()
    expect(phone.get_by_text(say("my", "common.draft"))).to_be_visible()
    assert phone.title().startswith(ticket["number"]) and BURMESE.search(phone.title())


def _in_burmese(ticket: Any, url: str) -> dict[str, Any]:
    """What the slip of that ticket says, from the texts alone."""
    plan = read(SPEAKING)
    service = plan.services[ticket["service"]]
    ahead = ticket["ahead"]
    return {
        "number": ticket["number"],
        "language": "my",
        "copy_mark": None,
        "centre": plan.name["my"],
        "service": service.name["my"],
        "agency": plan.agencies[service.agency].name["my"],
        "priority": None,
        "issued": texts.date_and_time(datetime.fromisoformat(ticket["issued_at"]), "my"),
        "ahead": say("my", "slip.ahead", n=ahead) if ahead else say("my", "slip.first"),
        "notice": say("my", "slip.notice"),
        "draft": say("my", "common.draft"),
        "labels": {"number": say("my", "slip.number"), "follow": say("my", "slip.follow")},
        "url": url,
        "trial_mark": say("my", "slip.trial"),
    }


def _same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.logical_xor(one.convert("1"), other).getbbox() is None


@pytest.mark.parametrize("panel", [KIOSK, BOARD, SMALL], ids=["standing", "lying", "small"])
def test_the_kiosk_has_room_for_burmese(speaking: Server, context: BrowserContext, panel: dict[str, int]) -> None:
    kiosk = page(context, f"{speaking.url()}/kiosk/?language=my", panel)
    connected(kiosk)
    assert stays_within(kiosk)
    choose(kiosk, "sso-join")
    expect(kiosk.locator("#take")).to_be_visible()
    assert stays_within(kiosk)
    kiosk.locator("#take").click()
    expect(kiosk.locator(".ticket-number")).to_have_text(re.compile(r"^[A-Z]\d{3}$"))
    assert stays_within(kiosk)


@pytest.mark.parametrize("size", PHONES, ids=["small", "usual"])
def test_a_phone_has_room_for_burmese(speaking: Server, context: BrowserContext, size: dict[str, int]) -> None:
    phone = page(context, f"{speaking.url()}/t/{a_ticket(speaking)['token']}", size)
    connected(phone)
    assert stays_within(phone)


def test_everybody_out_is_said_in_burmese_too_and_all_of_it_is_seen(speaking: Server, context: BrowserContext) -> None:
    kiosk = page(context, f"{speaking.url()}/kiosk/", KIOSK)
    connected(kiosk)
    with Caller(speaking.url()) as manager:
        manager.sign_in("manager", "1234").post("/api/v1/evacuation", json={"on": True})
        try:
            for size in (KIOSK, BOARD, SMALL):
                kiosk.set_viewport_size(size)  # type: ignore[arg-type]
                for language in ("th", "en", "my"):
                    words = kiosk.get_by_role("heading", name=say(language, "common.evacuation"))
                    expect(words).to_be_in_viewport(ratio=1)
                # Nothing lies on anything else: no part begins before the one above it ends.
                ends = kiosk.locator(".evacuation > *").evaluate_all(
                    "parts => parts.map((part) => part.getBoundingClientRect()).map(({top, bottom}) => [top, bottom])"
                )
                assert all(above[1] <= below[0] for above, below in pairwise(ends))
                assert ends[-1][1] <= size["height"]
        finally:
            manager.post("/api/v1/evacuation", json={"on": False})


def test_staff_have_their_pages_in_thai_and_english(speaking: Server) -> None:
    with Caller(speaking.url()) as manager:
        manager.sign_in("manager", "1234")
        for path in ("/", "/desk/", "/desk/settings", "/counter/"):
            assert '<html lang="th"' in manager.get(f"{path}?language=my").text
        told = manager.get("/desk/settings?show=languages&language=en").text
    assert "မြန်မာ" in told and say("en", "desk.languages.draft") in told
    assert told.count('<p class="note warn">') == 1


def test_a_wish_is_refused_in_the_visitors_language(speaking: Server) -> None:
    with Caller(speaking.url()) as kiosk:
        answer = kiosk.tap("no-such-service", language="my")
        refused = kiosk.post(
            "/api/v1/tickets?language=my",
            json={"services": ["nothing"]},
            headers={"Idempotency-Key": "refused-in-burmese"},
        ).json()
    assert (answer.status_code, answer.json()["type"]) == (404, "unknown-service")
    assert refused["detail"] == say("my", "refusal.unknown-service", service="nothing")


def test_a_call_carries_the_language_of_its_ticket(speaking: Server) -> None:
    """What a board speaks: it announces in that language where it has a voice for it, else in English."""
    day = Day(read(SPEAKING))
    day.take("sso-join", language="my")
    day.press("2")
    assert [call.language for call in day.hall.calls] == ["my"]


# -- letters -------------------------------------------------------------------------------------------------------


def test_burmese_letters_are_drawn_with_our_own_font(speaking: Server, context: BrowserContext) -> None:
    kiosk = page(context, f"{speaking.url()}/kiosk/?language=my", KIOSK)
    phone = page(context, f"{speaking.url()}/t/{a_ticket(speaking)['token']}", PHONES[0])
    for screen, selector in ((kiosk, "#choose-title"), (kiosk, "button[lang=my]"), (phone, "#state"), (phone, "#help")):
        connected(screen)
        lettered(screen)
        drawn = drawn_by(screen, selector)
        others = [count for (font, ours), count in drawn.items() if not (ours and font.startswith("Noto Sans Myanmar"))]
        assert len(others) < len(drawn)
        assert sum(others) <= len(re.findall(r"\s", screen.locator(selector).inner_text()))


def test_a_phone_fetches_burmese_letters_only_once_burmese_is_spoken(speaking: Server, context: BrowserContext) -> None:
    """They are as heavy as all the rest, and its line is poor."""
    fetched: list[str] = []
    phone = context.new_page()

    def note(request: Request) -> None:
        if OUR_FONT.search(request.url):
            fetched.append(request.url)

    phone.on("request", note)
    phone.goto(f"{speaking.url()}/t/{a_ticket(speaking, 'th')['token']}")
    connected(phone)
    phone.get_by_role("button", name="English").click()
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    lettered(phone)
    assert fetched == []
    with phone.expect_response(OUR_FONT):
        phone.get_by_role("button", name="မြန်မာ").click()
    assert len(fetched) == 1


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_phone_without_burmese_letters_can_still_read_which_button_is_burmese(
    speaking: Server, context: BrowserContext, language: str
) -> None:
    address = f"{speaking.url()}/t/{a_ticket(speaking, language)['token']}?language={language}"
    phone = page(context, address, {"width": 320, "height": 640})
    connected(phone)
    button = phone.locator("[data-language=my]")
    name = button.get_by_text("Burmese", exact=True)
    expect(name).to_be_in_viewport(ratio=1)
    assert not BURMESE.search(name.inner_text())
    assert stays_within(phone)
    # Spoken, its letters are here.
    button.click()
    expect(phone.locator("html")).to_have_attribute("lang", "my")
    expect(name).to_be_hidden()
    expect(phone.locator("[data-language=th] small, [data-language=en] small")).to_have_count(0)


def test_the_fonts_of_slips_have_every_letter_that_a_slip_may_say() -> None:
    slips.check(texts.letters_on_slips())
    assert BURMESE.search(texts.letters_on_slips())


def test_an_agent_does_not_start_where_a_letter_would_be_an_empty_box() -> None:
    with pytest.raises(FontsMissing, match=r"ກ \(U\+0E81\)"):
        slips.check("ก A ကို ກ")
    assert slips.lacks("ก A 1 · — ကို ຂ 鱼") == {"ຂ", "鱼"}


@pytest.mark.parametrize("width", [576, 384])
def test_a_slip_in_burmese_fits_its_paper(width: int) -> None:
    said = " ".join((say("my", "slip.notice"), say("my", "kiosk.listen")))
    slip = slips.render(_a_slip(service=said, agency=said, copy_mark=say("my", "slip.copy", n=2)), width)
    box = ImageChops.invert(slip).getbbox()
    assert box and box[0] >= 22 and box[2] <= width - 22


@pytest.mark.parametrize("text", ["အလုပ်သမားများအတွက်" * 8, "က္က" * 50, "မြို့ငယ်" * 20], ids=["words", "stacked", "syllables"])
def test_a_burmese_text_without_a_space_breaks_between_syllables(text: str) -> None:
    left, _, right, _ = ImageChops.invert(slips.render(_a_slip(service=text), 384)).getbbox() or (0, 0, 384, 0)
    assert left >= 22 and right <= 384 - 22
    parts = slips._loose(text).split(slips.MAY_BREAK)
    assert not [part for part in parts if part and re.match("[\u102b-\u103e]|.\u1037?\u103a", part)]
    assert not [part for part in parts if part.endswith("\u1039")]


def test_burmese_signs_stand_around_their_letters() -> None:
    """A vowel above and one below take no width, and a medial goes round its letter: they are joined, not in a row."""
    bare, above, around = (_ink(text * 6) for text in ("က", "ကို", "ကြ"))
    assert above[0] < bare[0] * 1.2 and above[1] > bare[1] * 1.8
    assert around[0] < bare[0] * 1.4 and around[1] > bare[1] * 1.2
    # What is stacked under a letter stands below it.
    assert _ink("က္က")[0] < _ink("က")[0] * 1.2 and _ink("က္က")[1] > _ink("က")[1] * 1.6


def _ink(text: str) -> tuple[int, int]:
    """How wide and high a text is that stands alone in the lower part of a slip."""
    _, below = slips._typeset(_a_slip(url=None, draft=None, notice=text), 576)
    left, top, right, bottom = ImageChops.invert(below).getbbox() or (0, 0, 0, 0)
    return right - left, bottom - top


def _a_slip(**changes: Any) -> dict[str, Any]:
    ticket = {"number": "A001", "service": "sso-join", "ahead": 0, "issued_at": "2026-11-20T09:41:00+07:00"}
    return _in_burmese(ticket, "http://192.168.10.20:8000/t/01JD4W8Z.ABCDEFGHJKMNPQRSTVWXYZ2345") | changes


def test_a_slip_says_everything_in_the_language_of_its_ticket(tmp_path: Path) -> None:
    (tmp_path / "centre.toml").write_text(SPEAKING, "utf-8")
    day = Day(read_centre(tmp_path / "centre.toml"), trial=True)
    ticket = day.take("sso-join", language="my", priority=next(iter(day.hall.plan.priorities)))
    house: Any = type("House", (), {"public_url": None, "outlook": None})()
    told = slip_words.slip(house, day.hall, ticket, 2, day.clock.now())
    said = {key: told[key] for key in ("copy_mark", "priority", "issued", "ahead", "notice", "trial_mark", "draft")}
    assert all(BURMESE.search(text) for text in (*said.values(), *told["labels"].values()))
    assert slip_words.slip(house, day.hall, day.take("sso-join"), 1, day.clock.now())["draft"] is None
