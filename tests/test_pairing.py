"""A new screen in a hall in earnest: it shows a code, a manager accepts it, and it is a device from then on."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from hall_server.pairing import LASTS_S, MOST, Pairing
from hall_server.people import People
from hall_server.problems import TurnedAway
from hall_server.texts import say
from queue_core.errors import WrongValue
from tests.browser import SLOW
from tests.serving import PIN, Hall, new_hall


class Ticks:
    """A clock's seconds, moved by the test."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def people(tmp_path: Path) -> People:
    return People(tmp_path / "people.db")


def test_an_accepted_screen_gets_its_key_and_its_code_is_spent(people: People) -> None:
    pairing = Pairing()
    code, word = pairing.ask("kiosk")
    assert re.fullmatch(r"\d{6}", code)
    assert pairing.key_for(word) is None
    member = pairing.accept(f"{code[:3]} {code[3:]}", "kiosk-7", people)
    key = pairing.key_for(word)
    assert key and people.of_key(key) == member
    assert pairing.key_for(word) == key, "an answer may be lost on the way"
    with pytest.raises(WrongValue):
        pairing.accept(code, "kiosk-8", people)
    with pytest.raises(TurnedAway):
        pairing.key_for("another")


def test_a_code_nobody_shows_and_a_name_taken_are_refused(people: People) -> None:
    pairing = Pairing()
    with pytest.raises(WrongValue):
        pairing.accept("000000", "kiosk-7", people)
    people.add_device("kiosk-7", "kiosk")
    code, word = pairing.ask("kiosk")
    with pytest.raises(WrongValue):
        pairing.accept(code, "kiosk-7", people)
    assert pairing.key_for(word) is None


def test_a_code_lasts_a_quarter_of_an_hour_and_only_so_many_wait(people: People) -> None:
    ticks = Ticks()
    pairing = Pairing(ticks)
    first, _ = pairing.ask("board")
    for _ in range(MOST - 1):
        pairing.ask("board")
    with pytest.raises(TurnedAway):
        pairing.ask("board")
    ticks.now = LASTS_S + 1
    with pytest.raises(WrongValue):
        pairing.accept(first, "board-7", people)
    pairing.ask("board")


@pytest.fixture(scope="module")
def earnest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with new_hall(tmp_path_factory.mktemp("pairing") / "data", "eventlet") as opened:
        yield opened


def test_a_kiosk_opens_by_itself_once_it_is_accepted_and_issues(earnest: Hall, browser: Browser) -> None:
    screens, managers = browser.new_context(), browser.new_context()
    kiosk, desk = screens.new_page(), managers.new_page()
    for page in (kiosk, desk):
        page.set_default_timeout(SLOW)
    kiosk.goto(f"{earnest.url}/kiosk/")
    expect(kiosk.locator("#code")).to_have_text(re.compile(r"^\d{3} \d{3}$"))

    desk.goto(f"{earnest.url}/desk/settings?language=en")
    desk.locator("#username").fill("manager")
    desk.locator("#pin").fill(PIN)
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name=say("en", "desk.settings.screens")).click()
    desk.get_by_label("The screen's code").fill(kiosk.locator("#code").inner_text())
    desk.get_by_label("Its name").fill("kiosk-hall")
    desk.get_by_role("button", name="Accept").click()
    expect(desk.locator("#screens-told")).to_have_text("Accepted: kiosk-hall")

    expect(kiosk.locator("html")).to_have_attribute("data-connection", "connected", timeout=SLOW)
    kiosk.get_by_role("button", name="ขอรับประโยชน์ทดแทน").click()
    kiosk.locator("#take").click()
    expect(kiosk.locator(".ticket-number")).to_have_text(re.compile(r"^A\d{3}$"))
    screens.close()
    managers.close()
