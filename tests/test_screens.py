"""What screens are set to: by kind, by name, by the page's own address; who may set it, and that the page follows.

Not here: what each page makes of its settings (its own walks).
"""

import json

import pytest
from playwright.sync_api import Browser, expect

from hall_server.texts import say
from tests.serving import Hall, Server


def settings(hall: Hall, name: str) -> dict[str, object]:
    found = hall.manager.get("/api/v1/screens").json()
    return next(screen["settings"] for screen in found if screen["name"] == name)


def put(hall: Hall, name: str, **given: object) -> int:
    return hall.manager.put(f"/api/v1/screens/{name}", json={"settings": given}).status_code


def test_a_screen_has_its_own_settings_over_those_of_its_kind(hall: Hall) -> None:
    assert settings(hall, "kiosk-1")["diagonal"] == 21.5
    assert put(hall, "kiosk", diagonal=27, volume="40") == 200
    assert put(hall, "kiosk-1", diagonal=32) == 200
    assert (settings(hall, "kiosk")["diagonal"], settings(hall, "kiosk-1")["diagonal"]) == (27, 32)
    assert settings(hall, "kiosk-1")["volume"] == 40, "what is not set by name is as for all"


@pytest.mark.parametrize(
    "given",
    [
        {"diagonal": 0},
        {"diagonal": "wide"},
        {"volume": 101},
        {"volume": "nan"},
        {"theme": "pink"},
        {"distance": 10},
        {"unheard-of": 1},
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(hall: Hall, given: dict[str, object]) -> None:
    before = settings(hall, "kiosk-1")
    assert put(hall, "kiosk-1", **given) == 422
    assert settings(hall, "kiosk-1") == before


def test_only_a_zone_of_the_centre_can_be_set(hall: Hall) -> None:
    answer = hall.manager.put("/api/v1/screens/board", json={"settings": {"zone": "cellar"}})
    assert (answer.status_code, answer.json()["type"]) == (422, "wrong-value")
    assert hall.manager.put("/api/v1/screens/nowhere", json={"settings": {}}).status_code == 404


def test_who_is_no_manager_sets_nothing(hall: Hall) -> None:
    assert hall.officer.put("/api/v1/screens/kiosk", json={"settings": {"volume": 1}}).status_code == 403
    assert hall.kiosk.get("/api/v1/screens").status_code == 403


def test_the_address_of_a_page_goes_over_all(trial: Server, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{trial.url()}/board/?distance=12&diagonal=43&zone=a&theme=contrast")
    drawn = json.loads(page.locator("html").get_attribute("data-screen") or "")["settings"]
    assert (drawn["distance"], drawn["diagonal"], drawn["zone"], drawn["theme"]) == (12, 43, "a", "contrast")
    answer = page.goto(f"{trial.url()}/board/?zone=cellar")
    assert answer is not None and answer.status == 422
    expect(page.locator("body")).to_contain_text("cellar")
    page.close()


def test_a_screen_that_is_set_at_the_desk_draws_itself_anew(trial: Server, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    board, desk = context.new_page(), context.new_page()
    board.goto(f"{trial.url()}/board/")
    desk.goto(f"{trial.url()}/desk/settings?show=screens&language=en")
    desk.locator("[name=username]").fill("manager")
    desk.locator("[name=pin]").fill("1234")
    desk.locator("#enter").click()
    expect(desk.locator(".tabs")).to_be_visible()
    desk.goto(f"{trial.url()}/desk/settings?show=screens&language=en")
    form = desk.locator("[data-screen-name=board]")
    form.locator("[name=theme]").select_option("contrast")
    form.locator("button").click()
    expect(form.locator("[role=status]")).to_have_text(say("en", "desk.screen_saved"))
    expect(board.locator("html")).to_have_attribute("data-theme", "contrast")
    context.close()
